'use client'

import type { JsonObject, JsonValue } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useText } from '@/messages/use-text'
import type { MergeConflict } from './config-merge'
import { withoutSecrets } from './secret-fields'

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
        const show = (value: JsonValue | undefined): string =>
          value === undefined ? text('config.noValue') : JSON.stringify(withoutSecrets(schema, pointer, value))
        return (
          <li key={pointer} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
            <span className="w-56 shrink-0 font-mono wrap-anywhere text-muted">{pointer}</span>
            <span className="min-w-0 flex-1 basis-60 font-mono wrap-anywhere">
              <span className="block">
                {text('config.theirs')}: {show(theirs)}
              </span>
              <span className="block">
                {text('config.mine')}: {show(mine)}
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
