'use client'

import { isSecretRef, type JsonObject, type JsonValue } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import type { FieldChange } from './config-changes'
import { isSecret, withoutSecrets } from './secret-fields'

/** What was and what is, a line for each field. */
export function ChangeList({
  label,
  changes,
  schema,
}: {
  readonly label: string
  readonly changes: readonly FieldChange[]
  /** Says which fields are secret: their values are not shown. */
  readonly schema: JsonObject | null
}): ReactNode {
  const text = useText()
  if (changes.length === 0) return <p className="text-[13px] text-muted">{text('config.same')}</p>
  return (
    <ul aria-label={label} className="divide-y font-mono text-[13px]">
      {changes.map(({ pointer, before, after }) => {
        const write = (value: JsonValue | undefined): string =>
          value === undefined ? '' : JSON.stringify(withoutSecrets(schema, pointer, value))
        const isHidden = isSecretRef(before) || isSecretRef(after) || isSecret(schema, pointer)
        return (
          <li key={pointer} className="flex flex-wrap items-baseline gap-x-3 py-1">
            <span className="w-56 shrink-0 wrap-anywhere text-muted">{pointer || '/'}</span>
            <span className="min-w-0 wrap-anywhere">
              {isHidden ? (
                <span className={after === undefined ? 'text-bad' : 'text-good'}>
                  {text(
                    `config.secretChange.${before === undefined ? 'set' : after === undefined ? 'removed' : 'replaced'}`,
                  )}
                </span>
              ) : before === undefined ? (
                <span className="text-good">+ {write(after)}</span>
              ) : after === undefined ? (
                <del className="text-bad">{write(before)}</del>
              ) : (
                <>
                  <del className="text-bad">{write(before)}</del> <span aria-hidden>→</span>{' '}
                  <ins className="text-good no-underline">{write(after)}</ins>
                </>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
