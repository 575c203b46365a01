'use client'

import { withTheme } from '@rjsf/core'
import { localToUTC, utcToLocal } from '@rjsf/utils'
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  BaseInputTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  WidgetProps,
} from '@rjsf/utils'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'
import { FieldOrSecret } from './secret-field'

const INPUT = 'h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 aria-invalid:border-bad'

/** The form library with our own parts. */
export const SchemaForm = withTheme({
  templates: {
    FieldTemplate: Field,
    ObjectFieldTemplate: Group,
    ArrayFieldTemplate: List,
    ArrayFieldItemTemplate: ListItem,
    BaseInputTemplate: Input,
    ErrorListTemplate: Nothing,
    DescriptionFieldTemplate: Nothing,
    TitleFieldTemplate: Nothing,
  },
  fields: { SchemaField: FieldOrSecret },
  widgets: {
    CheckboxWidget: Checkbox,
    DateTimeWidget: Moment,
    SelectWidget: Choice,
    TextareaWidget: Textarea,
    TimeWidget: TimeOfDay,
  },
})

function Nothing(): ReactNode {
  return null
}

function Field({
  id,
  label,
  required,
  children,
  rawErrors = [],
  schema,
  hidden,
  displayLabel,
}: FieldTemplateProps): ReactNode {
  if (hidden) return <div className="hidden">{children}</div>
  const isContainer = schema.type === 'object' || schema.type === 'array'
  const shown = displayLabel && !isContainer && schema.type !== 'boolean'
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {shown && (
        <label htmlFor={id} className="font-medium">
          {label}
          {required && (
            <span aria-hidden className="text-bad">
              {' '}
              *
            </span>
          )}
        </label>
      )}
      {children}
      {!isContainer && schema.description && <p className="text-[13px] text-faint">{schema.description}</p>}
      {rawErrors.length > 0 && (
        <p id={`${id}__error`} role="alert" className="text-[13px] font-medium wrap-anywhere text-bad">
          {rawErrors.join('; ')}
        </p>
      )}
    </div>
  )
}

function Group({ title, description, properties, fieldPathId }: ObjectFieldTemplateProps): ReactNode {
  const isRoot = fieldPathId.path.length === 0
  const isItem = typeof fieldPathId.path.at(-1) === 'number'
  return (
    <div className={classes('flex flex-col gap-4', !isRoot && !isItem && 'rounded-lg border p-4')}>
      {!isRoot && !isItem && title && <h4 className="font-medium">{title}</h4>}
      {!isRoot && description && <p className="text-[13px] text-faint">{description}</p>}
      {properties.map(({ name, content }) => (
        <div key={name}>{content}</div>
      ))}
    </div>
  )
}

function List({ title, schema, items, canAdd, onAddClick, disabled, readonly }: ArrayFieldTemplateProps): ReactNode {
  const text = useText()
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">{title}</legend>
      {schema.description && <p className="text-[13px] text-faint">{schema.description}</p>}
      {items}
      {canAdd && (
        <Button size="small" className="self-start" disabled={disabled || readonly} onClick={onAddClick}>
          + {text('config.add')}
        </Button>
      )}
    </fieldset>
  )
}

function ListItem({ children, index, buttonsProps, disabled, readonly }: ArrayFieldItemTemplateProps): ReactNode {
  const text = useText()
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem } = buttonsProps
  const name = text('config.item', { index: String(index + 1) })
  const isOff = disabled === true || readonly === true
  return (
    <div role="group" aria-label={name} className="rounded-lg border p-4">
      <div className="mb-2 flex items-center gap-1">
        <span className="figures mr-auto text-[13px] font-medium text-muted">{name}</span>
        {hasMoveUp && (
          <ItemButton label={`${text('config.up')}: ${name}`} sign="↑" disabled={isOff} onClick={onMoveUpItem} />
        )}
        {hasMoveDown && (
          <ItemButton label={`${text('config.down')}: ${name}`} sign="↓" disabled={isOff} onClick={onMoveDownItem} />
        )}
        {hasRemove && (
          <ItemButton label={`${text('config.remove')}: ${name}`} sign="×" disabled={isOff} onClick={onRemoveItem} />
        )}
      </div>
      {children}
    </div>
  )
}

function ItemButton({
  label,
  sign,
  disabled,
  onClick,
}: {
  readonly label: string
  readonly sign: string
  readonly disabled: boolean
  readonly onClick: () => void
}): ReactNode {
  return (
    <Button size="small" look="quiet" aria-label={label} disabled={disabled} onClick={onClick}>
      {sign}
    </Button>
  )
}

function Input({
  id,
  value,
  schema,
  type,
  required,
  disabled,
  readonly,
  placeholder,
  rawErrors = [],
  onChange,
  onBlur,
  onFocus,
  options,
}: BaseInputTemplateProps): ReactNode {
  const isNumber = schema.type === 'number' || schema.type === 'integer'
  return (
    <input
      id={id}
      name={id}
      type={schema.writeOnly || schema.format === 'password' ? 'password' : isNumber ? 'number' : (type ?? 'text')}
      step={schema.type === 'integer' || type === 'datetime-local' ? 1 : 'any'}
      min={schema.minimum}
      max={schema.maximum}
      value={value ?? ''}
      required={required}
      disabled={disabled}
      readOnly={readonly}
      placeholder={typeof schema.default === 'object' ? placeholder : (schema.default?.toString() ?? placeholder)}
      autoComplete="off"
      aria-invalid={rawErrors.length > 0}
      aria-describedby={rawErrors.length > 0 ? `${id}__error` : undefined}
      onChange={({ target }) => onChange(numberOrText(target.value, isNumber, options.emptyValue))}
      onBlur={({ target }) => onBlur(id, target.value)}
      onFocus={({ target }) => onFocus(id, target.value)}
      className={classes(INPUT, isNumber && 'figures max-w-48')}
    />
  )
}

/** Entered in the time zone of the browser, and stored as what is shown below. */
function Moment({ value, onChange, ...props }: WidgetProps): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <div className="w-60 max-w-full">
        <Input
          {...props}
          type="datetime-local"
          value={typeof value === 'string' ? utcToLocal(value) : ''}
          onChange={(local: string | undefined) => onChange(localToUTC(local ?? '') ?? undefined)}
        />
      </div>
      {typeof value === 'string' && <span className="figures text-[13px] text-muted">{value}</span>}
    </div>
  )
}

/** As text: JSON Schema has times with an offset only, and a browser's field for times has none. */
function TimeOfDay(props: WidgetProps): ReactNode {
  return <Input {...props} type="text" placeholder="18:00:00Z" />
}

function numberOrText(text: string, isNumber: boolean, emptyValue: unknown): unknown {
  if (text === '') return emptyValue
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text
}

function Checkbox({ id, value, label, disabled, readonly, onChange }: WidgetProps): ReactNode {
  return (
    <label htmlFor={id} className="flex items-center gap-2 font-medium">
      <input
        id={id}
        type="checkbox"
        checked={value === true}
        disabled={disabled || readonly}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 accent-(--color-accent)"
      />
      {label}
    </label>
  )
}

function Choice({
  id,
  value,
  options,
  label,
  schema,
  multiple,
  required,
  disabled,
  readonly,
  onChange,
  rawErrors = [],
}: WidgetProps): ReactNode {
  const { enumOptions = [] } = options
  const describedBy = rawErrors.length > 0 ? `${id}__error` : undefined
  if (multiple) {
    const chosen: unknown[] = Array.isArray(value) ? value : []
    return (
      <fieldset aria-describedby={describedBy} className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 font-medium">{label}</legend>
        {schema.description && <p className="w-full text-[13px] text-faint">{schema.description}</p>}
        {enumOptions.map((option) => (
          <label key={String(option.value)} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              disabled={disabled || readonly}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, option.value] : chosen.filter((one) => one !== option.value))
              }
              className="size-4 accent-(--color-accent)"
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    )
  }
  const index = enumOptions.findIndex((option) => option.value === value)
  return (
    <select
      id={id}
      value={index}
      required={required}
      disabled={disabled || readonly}
      aria-invalid={rawErrors.length > 0}
      aria-describedby={describedBy}
      onChange={({ target }) => onChange(enumOptions[Number(target.value)]?.value)}
      className={classes(INPUT, 'max-w-72')}
    >
      {index === -1 && <option value={-1} />}
      {enumOptions.map((option, at) => (
        <option key={String(option.value)} value={at}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

function Textarea({ id, value, disabled, readonly, onChange, options }: WidgetProps): ReactNode {
  return (
    <textarea
      id={id}
      value={value ?? ''}
      rows={4}
      disabled={disabled || readonly}
      onChange={({ target }) => onChange(target.value === '' ? options.emptyValue : target.value)}
      className="w-full rounded-md border border-line-strong bg-surface px-3 py-2"
    />
  )
}
