'use client'

import { isSecretRef, type JsonObject, type JsonValue } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useText } from '@/messages/use-text'
import { isSecret } from './config-changes'
import type { MergeConflict } from './config-merge'

export type Side = 'theirs' | 'mine'

/** The fields that two people changed in different ways; each is decided for itself. */
export function ConflictList({
  conflicts,
  decided,
  schema,
  onDecide,
}: {
  readonly conflicts: readonly MergeConflict[]
  readonly decided: ReadonlyMap<string, Side>
  readonly schema: JsonObject | null
  readonly onDecide: (conflict: MergeConflict, side: Side) => void
}): ReactNode {
  const text = useText()
  return (
    <ul aria-label={text('config.bothChanged')} className="divide-y text-[13px]">
      {conflicts.map((conflict) => {
        const { pointer, theirs, mine } = conflict
        const isHidden = isSecretRef(theirs) || isSecretRef(mine) || isSecret(schema, pointer)
        const show = isHidden ? hide : write
        return (
          <li key={pointer} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
            <span className="w-56 shrink-0 font-mono wrap-anywhere text-muted">{pointer}</span>
            <span className="min-w-0 flex-1 basis-60 font-mono wrap-anywhere">
              <span className="block">
                {text('config.theirs')}: {show(theirs, text('config.noValue'))}
              </span>
              <span className="block">
                {text('config.mine')}: {show(mine, text('config.noValue'))}
              </span>
            </span>
            <Segments<Side | ''>
              label={text('config.decide', { field: pointer })}
              value={decided.get(pointer) ?? ''}
              options={[
                { value: 'theirs', label: text('config.theirs') },
                { value: 'mine', label: text('config.mine') },
              ]}
              onChange={(side) => side !== '' && onDecide(conflict, side)}
            />
          </li>
        )
      })}
    </ul>
  )
}

function write(value: JsonValue | undefined, none: string): string {
  return value === undefined ? none : JSON.stringify(value)
}

function hide(value: JsonValue | undefined, none: string): string {
  return value === undefined ? none : '•••'
}
