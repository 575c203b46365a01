'use client'

import type { FieldProps } from '@rjsf/utils'
import { useEffect, useId, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'
import { useUnfinished } from './unfinished-context'

/** A value that the form has no field for: it is edited as JSON, in place. Empty is no value. */
export function JsonField({
  name,
  schema,
  formData,
  required,
  disabled,
  readonly,
  fieldPathId,
  onChange,
}: FieldProps): ReactNode {
  const text = useText()
  const id = useId()
  const { mark } = useUnfinished()
  const [typed, setTyped] = useState<{ readonly text: string; readonly of: string } | null>(null)
  const current = formData === undefined ? '' : JSON.stringify(formData, null, 2)
  // What was typed stays as it was typed, until the value is changed elsewhere.
  const shown = typed !== null && typed.of === JSON.stringify(formData) ? typed.text : current
  const isUnfinished = parse(shown) === INVALID
  useEffect(() => {
    mark(id, isUnfinished)
    return () => mark(id, false)
  }, [id, isUnfinished, mark])

  const change = (next: string): void => {
    const value = parse(next)
    setTyped({ text: next, of: JSON.stringify(value === INVALID ? formData : value) })
    if (value !== INVALID) onChange(value, fieldPathId.path)
  }
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {schema.title ?? name}
        {required && (
          <span aria-hidden className="text-bad">
            {' '}
            *
          </span>
        )}
      </label>
      {schema.description && <p className="text-[13px] text-faint">{schema.description}</p>}
      <textarea
        id={id}
        value={shown}
        rows={Math.min(12, Math.max(2, shown.split('\n').length))}
        spellCheck={false}
        disabled={disabled || readonly}
        aria-invalid={isUnfinished}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => change(target.value)}
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-[13px] disabled:bg-sunken disabled:text-muted aria-invalid:border-bad"
      />
      <p id={`${id}-hint`} className={classes('text-[13px]', isUnfinished ? 'font-medium text-bad' : 'text-faint')}>
        {isUnfinished ? text('config.jsonInvalid') : text('config.jsonHint')}
      </p>
    </div>
  )
}

const INVALID = Symbol('no JSON')

function parse(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return INVALID
  }
}
