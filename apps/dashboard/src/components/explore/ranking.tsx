'use client'

import type { Operations } from '@plugboard/protocol'
import Link from 'next/link'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { classes } from '@/components/ui/class-names'
import { Panel, Skeleton } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'

/** A longer list is no ranking any more: the rest has next to nothing of it. */
const MAX_LINES = 50

/** All plugins by what they had of a metric, the most first; those that are chosen are compared. */
export function Ranking({
  ranking: latest,
  plugins,
  chosen,
  drawn,
  nameOf,
  format,
  onChoose,
  onClear,
}: {
  /** Null while it is not known. */
  readonly ranking: Operations['stats.ranking']['output'] | null
  /** All that there are, by name. */
  readonly plugins: readonly { readonly id: string; readonly name: string }[]
  readonly chosen: readonly string[]
  readonly drawn: readonly string[]
  readonly nameOf: (id: string) => string
  readonly format: (value: number | null) => string
  readonly onChoose: (id: string, isChosen: boolean) => void
  readonly onClear: () => void
}): ReactNode {
  const text = useText()
  /** As it was when somebody came near: nothing moves under the pointer or the focus. */
  const [held, setHeld] = useState<typeof latest>(null)
  const ranking = held ?? latest
  const shown = ranking?.slice(0, MAX_LINES) ?? []
  // One that had nothing of it may be chosen all the same, and be taken out again.
  const absent = chosen.filter((id) => !shown.some((line) => line.id === id))
  const most = Math.max(0, ...shown.map(({ mean }) => mean))
  return (
    <Panel
      title={text('explore.ranking')}
      {...(ranking && {
        hint: text('explore.known', { known: ranking.length, total: Math.max(plugins.length, ranking.length) }),
      })}
      aside={
        chosen.length > 0 && (
          <Button size="small" look="quiet" onClick={onClear}>
            {text('explore.clear')}
          </Button>
        )
      }
    >
      {plugins.length > MAX_LINES && (
        <SelectField
          label={text('explore.add')}
          hideLabel
          className="mb-2"
          value=""
          options={[
            { value: '', label: text('explore.add') },
            ...plugins.filter(({ id }) => !chosen.includes(id)).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => id !== '' && onChoose(id, true)}
        />
      )}
      {!ranking ? (
        <Skeleton className="h-64" />
      ) : shown.length + absent.length === 0 ? (
        <p className="py-4 text-muted">{text('charts.empty')}</p>
      ) : (
        <table
          className="w-full table-fixed"
          onPointerEnter={() => setHeld(latest)}
          onPointerLeave={() => setHeld(null)}
          onFocus={() => setHeld(ranking)}
          onBlur={() => setHeld(null)}
        >
          <thead>
            <tr className="text-left text-[13px] text-muted">
              <th className="w-8 py-1 font-medium">
                <span className="sr-only">{text('explore.compare')}</span>
              </th>
              <th className="py-1 font-medium">{text('explore.plugin')}</th>
              <th className="w-20 py-1 text-right sm:w-24 font-medium">{text('explore.mean')}</th>
              <th className="w-20 py-1 text-right sm:w-24 font-medium">{text('explore.max')}</th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {[...shown, ...absent.map((id) => ({ id, mean: null, max: null }))].map(({ id, mean, max }) => (
              <tr key={id} className={classes(drawn.includes(id) && 'bg-accent-soft')}>
                <td className="py-1.5 pl-1">
                  <Checkbox
                    label={text('explore.compareOne', { name: nameOf(id) })}
                    hideLabel
                    checked={chosen.includes(id)}
                    onChange={(checked) => onChoose(id, checked)}
                  />
                </td>
                <td className="min-w-0 py-1.5">
                  <Link href={pluginHref(id)} className="block truncate font-medium hover:underline">
                    <bdi>{nameOf(id)}</bdi>
                  </Link>
                  <div aria-hidden className="mt-0.5 h-1 rounded-full bg-sunken">
                    <div
                      className="h-full rounded-full bg-accent"
                      style={{ width: `${most > 0 ? ((mean ?? 0) / most) * 100 : 0}%` }}
                    />
                  </div>
                </td>
                <td className="figures py-1.5 text-right">{format(mean)}</td>
                <td className="figures py-1.5 pr-1 text-right text-muted">{format(max)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
