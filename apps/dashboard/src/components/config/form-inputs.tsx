'use client'

import { localToUTC, utcToLocal } from '@rjsf/utils'
import type { BaseInputTemplateProps, WidgetProps } from '@rjsf/utils'
import { useEffect, useState, type ClipboardEvent, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'
import { marksSecret } from './secret-fields'
import { useUnfinished } from './unfinished-context'

export const INPUT =
  'h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 disabled:bg-sunken disabled:text-muted aria-invalid:border-bad'

/** What a field holds that is no value: a number that would be rounded, or half of a date. */
interface Pending {
  readonly shown: string
  readonly why: 'inexact' | 'incomplete'
}

/** A field of one line; one for several lines where the value has them, since a line break would be lost. */
export function Input(props: BaseInputTemplateProps): ReactNode {
  const { id, value, schema, type, required, disabled, readonly, placeholder, rawErrors = [] } = props
  const { onChange, onBlur, onFocus, options } = props
  const text = useText()
  const { mark } = useUnfinished()
  const [pending, setPending] = useState<Pending | null>(null)
  useEffect(() => {
    mark(id, pending !== null)
    return () => mark(id, false)
  }, [id, pending, mark])

  const isNumber = schema.type === 'number' || schema.type === 'integer'
  const isMasked = marksSecret(schema)
  if (!isNumber && typeof value === 'string' && value.includes('\n')) return <Textarea {...props} isMasked={isMasked} />

  const change = ({ value: typed, validity }: HTMLInputElement): void => {
    const why = validity.badInput ? 'incomplete' : isNumber && !isExact(typed) ? 'inexact' : null
    setPending(why && { shown: typed, why })
    if (why === null) onChange(numberOrText(typed, isNumber, options.emptyValue))
  }
  return (
    <>
      <input
        id={id}
        name={id}
        type={isMasked ? 'password' : isNumber ? 'number' : kindOf(type)}
        step={schema.type === 'integer' || type === 'datetime-local' ? 1 : 'any'}
        min={schema.minimum}
        max={schema.maximum}
        value={pending?.shown ?? value ?? ''}
        required={required}
        disabled={disabled}
        readOnly={readonly}
        placeholder={typeof schema.default === 'object' ? placeholder : (schema.default?.toString() ?? placeholder)}
        autoComplete="off"
        aria-invalid={rawErrors.length > 0 || pending !== null}
        aria-describedby={rawErrors.length > 0 ? `${id}__error` : undefined}
        onChange={({ target }) => change(target)}
        onPaste={(event) => {
          const pasted = isNumber ? null : withLines(event)
          if (pasted !== null) onChange(pasted)
        }}
        onBlur={({ target }) => onBlur(id, target.value)}
        onFocus={({ target }) => onFocus(id, target.value)}
        className={classes(INPUT, isNumber && 'figures max-w-48')}
      />
      {pending && (
        <p role="alert" className="text-[13px] font-medium text-bad">
          {text(`config.pending_${pending.why}`)}
        </p>
      )}
    </>
  )
}

/** A browser draws a colour that is not set as black, and keeps of a file only a name: both are texts here. */
function kindOf(type: string | undefined): string {
  return type === undefined || type === 'color' || type === 'file' ? 'text' : type
}

/** What the field holds after a text with line breaks is pasted, which a field of one line would join; null for others. */
function withLines(event: ClipboardEvent<HTMLInputElement>): string | null {
  const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n')
  if (!pasted.trimEnd().includes('\n')) return null
  event.preventDefault()
  const { value, selectionStart, selectionEnd } = event.currentTarget
  return value.slice(0, selectionStart ?? value.length) + pasted + value.slice(selectionEnd ?? value.length)
}

/** Entered in the time zone of the browser, and stored as what is shown below. */
export function Moment({ value, onChange, ...props }: WidgetProps): ReactNode {
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
export function TimeOfDay(props: WidgetProps): ReactNode {
  return <Input {...props} type="text" placeholder="18:00:00Z" />
}

function numberOrText(text: string, isNumber: boolean, emptyValue: unknown): unknown {
  if (text === '') return emptyValue
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text
}

function isExact(text: string): boolean {
  return !/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text))
}

export function Textarea({
  id,
  value,
  disabled,
  readonly,
  onChange,
  options,
  isMasked = false,
}: Pick<WidgetProps, 'id' | 'value' | 'disabled' | 'readonly' | 'onChange' | 'options'> & {
  readonly isMasked?: boolean
}): ReactNode {
  return (
    <textarea
      id={id}
      value={value ?? ''}
      rows={4}
      spellCheck={!isMasked}
      disabled={disabled || readonly}
      onChange={({ target }) => onChange(target.value === '' ? options.emptyValue : target.value)}
      className={classes(
        'w-full rounded-md border border-line-strong bg-surface px-3 py-2',
        isMasked && '[-webkit-text-security:disc]',
      )}
    />
  )
}
