'use client'

import { withTheme } from '@rjsf/core'
import { ADDITIONAL_PROPERTY_FLAG, canExpand, deepEquals } from '@rjsf/utils'
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  EnumOptionsType,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  WidgetProps,
} from '@rjsf/utils'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'
import { Branches } from './branches'
import { INPUT, Input, Moment, Textarea, TimeOfDay } from './form-inputs'
import { FieldOrSecret } from './secret-field'

/** The form library with our own parts. */
export const SchemaForm = withTheme({
  templates: {
    FieldTemplate: Field,
    ObjectFieldTemplate: Group,
    ArrayFieldTemplate: List,
    ArrayFieldItemTemplate: ListItem,
    BaseInputTemplate: Input,
    ErrorListTemplate: Nothing,
    MultiSchemaFieldTemplate: Branches,
    DescriptionFieldTemplate: Nothing,
    TitleFieldTemplate: Nothing,
    WrapIfAdditionalTemplate: Unwrapped,
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

/** An entry of a map: its key and its buttons are drawn by the field itself. */
function Unwrapped({ children }: { readonly children: ReactNode }): ReactNode {
  return children
}

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
  disabled,
  readonly,
  onKeyRenameBlur,
  onRemoveProperty,
}: FieldTemplateProps): ReactNode {
  const text = useText()
  if (hidden) return <div className="hidden">{children}</div>
  const isEntry = ADDITIONAL_PROPERTY_FLAG in schema
  const isOff = disabled || readonly
  const isContainer = schema.type === 'object' || schema.type === 'array'
  const shown = displayLabel && !isContainer && schema.type !== 'boolean' && !isEntry
  return (
    <div
      role={isEntry ? 'group' : undefined}
      aria-label={isEntry ? label : undefined}
      className="flex min-w-0 flex-col gap-1"
    >
      {isEntry && (
        <div className="flex items-center gap-1">
          <input
            // Another entry may take this place when keys are renamed.
            key={label}
            aria-label={text('config.key', { key: label })}
            defaultValue={label}
            disabled={isOff}
            autoComplete="off"
            onBlur={onKeyRenameBlur}
            className={classes(INPUT, 'max-w-72 font-medium')}
          />
          <ItemButton
            label={`${text('config.remove')}: ${label}`}
            sign="×"
            disabled={isOff}
            onClick={onRemoveProperty}
          />
        </div>
      )}
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

function Group(props: ObjectFieldTemplateProps): ReactNode {
  const { title, description, properties, fieldPathId, schema, uiSchema, formData, disabled, readonly } = props
  const text = useText()
  const isRoot = fieldPathId.path.length === 0
  const isItem = typeof fieldPathId.path.at(-1) === 'number'
  // An item and an entry of a map are groups already.
  const isGroup = !isRoot && !isItem && title && !(ADDITIONAL_PROPERTY_FLAG in schema)
  return (
    <div
      {...(isGroup && { role: 'group', 'aria-label': title })}
      className={classes('flex flex-col gap-4', !isRoot && !isItem && 'rounded-lg border p-4')}
    >
      {!isRoot && !isItem && title && <h4 className="font-medium">{title}</h4>}
      {!isRoot && description && <p className="text-[13px] text-faint">{description}</p>}
      {properties.map(({ name, content }) => (
        <div key={name}>{content}</div>
      ))}
      {canExpand(schema, uiSchema, formData) && (
        <Button size="small" className="self-start" disabled={disabled || readonly} onClick={props.onAddProperty}>
          + {text('config.addEntry')}
        </Button>
      )}
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
  const text = useText()
  const { enumOptions: given = [] } = options
  const enumOptions = given.map((option) => ({ ...option, label: labelOf(option, given) }))
  const describedBy = rawErrors.length > 0 ? `${id}__error` : undefined
  if (multiple) {
    const chosen: unknown[] = Array.isArray(value) ? value : []
    return (
      <fieldset aria-describedby={describedBy} className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 font-medium">{label}</legend>
        {schema.description && <p className="w-full text-[13px] text-faint">{schema.description}</p>}
        {enumOptions.map((option) => (
          <label key={JSON.stringify(option.value)} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.some((one) => deepEquals(one, option.value))}
              disabled={disabled || readonly}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...chosen, option.value] : chosen.filter((one) => !deepEquals(one, option.value)),
                )
              }
              className="size-4 accent-(--color-accent)"
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    )
  }
  const index = enumOptions.findIndex((option) => deepEquals(option.value, value))
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
      {(index === -1 || !required) && <option value={-1}>{index === -1 ? '' : text('config.noChoice')}</option>}
      {enumOptions.map((option, at) => (
        <option key={JSON.stringify(option.value)} value={at}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

/** As JSON where the label says too little: for objects, and where a text looks like another value. */
function labelOf({ value, label }: EnumOptionsType, all: readonly EnumOptionsType[]): string {
  const isAmbiguous = all.filter((other) => other.label === label).length > 1
  return isAmbiguous || (typeof value === 'object' && label === String(value)) ? JSON.stringify(value) : label
}
