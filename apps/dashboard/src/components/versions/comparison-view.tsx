'use client'

import type { ComparisonView as Comparison } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { permissionName } from '@/components/permissions/permission-name'
import { Skeleton } from '@/components/ui/panel'
import { useAnswer } from '@/live/use-answer'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** Of each list; a package may have thousands of files. */
const MAX_SHOWN = 20
const SIGNS = { added: '+', removed: '−', changed: '±' } as const
const INKS = { added: 'text-good', removed: 'text-bad', changed: 'text-warn' } as const

interface Line {
  readonly kind: keyof typeof SIGNS
  readonly name: string
  readonly note?: string
}

/** What differs between two installed versions: plugin.json, permissions, schema, files. */
export function ComparisonView({
  id,
  from,
  to,
}: {
  readonly id: string
  readonly from: string
  readonly to: string
}): ReactNode {
  const text = useText()
  const say = useSay()
  const { value, error } = useAnswer('versions.compare', { id, from, to })
  if (error) return <p className="text-bad">{say.error(error)}</p>
  if (!value) return <Skeleton className="h-24" />
  const groups = (['permissions', 'metadata', 'schema', 'files'] as const).map(
    (group) => [group, linesOf(value, group)] as const,
  )
  const differing = groups.filter(([, lines]) => lines.length > 0)
  return (
    <section aria-label={text('comparison.title', { from, to })} className="flex flex-col gap-3">
      <p className="text-[13px] text-muted">{text('comparison.title', { from, to })}</p>
      {differing.length === 0 && <p className="text-muted">{text('comparison.same')}</p>}
      {differing.map(([group, lines]) => (
        <div key={group}>
          <h4 className="text-[13px] font-medium">{text(`comparison.${group}`)}</h4>
          <ul className="mt-1 font-mono text-[13px]">
            {lines.slice(0, MAX_SHOWN).map(({ kind, name, note }) => (
              <li key={`${kind} ${name}`} className="flex gap-2">
                <span className={INKS[kind]} title={text(`comparison.${kind}`)}>
                  {SIGNS[kind]}
                  <span className="sr-only">{text(`comparison.${kind}`)}</span>
                </span>
                <span className="min-w-0 wrap-anywhere">
                  {name}
                  {note !== undefined && <span className="text-muted"> {note}</span>}
                </span>
              </li>
            ))}
          </ul>
          {lines.length > MAX_SHOWN && (
            <p className="text-[13px] text-faint">{text('comparison.more', { count: lines.length - MAX_SHOWN })}</p>
          )}
        </div>
      ))}
    </section>
  )
}

function linesOf(
  { metadata, permissions, schema, files }: Comparison,
  group: 'permissions' | 'metadata' | 'schema' | 'files',
): Line[] {
  switch (group) {
    case 'permissions':
      return [
        ...permissions.added.map((one): Line => ({ kind: 'added', name: permissionName(one) })),
        ...permissions.removed.map((one): Line => ({ kind: 'removed', name: permissionName(one) })),
      ]
    case 'metadata':
      return fieldLines(metadata.filter(({ pointer }) => pointer !== '/version'))
    case 'schema':
      return fieldLines(schema)
    case 'files':
      return files.map(({ path, kind }) => ({ name: path, kind }))
  }
}

/** JSON leaves out what is not there. */
function fieldLines(changes: Comparison['metadata']): Line[] {
  return changes.map(({ pointer, before, after }) => {
    const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
    const [was, is] = [before, after].map((value) => (value === undefined ? '' : JSON.stringify(value)))
    return { kind, name: pointer || '/', note: kind === 'changed' ? `${was} → ${is}` : was || is || '' }
  })
}
