'use client'

import { useMemo, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { topFunctions, type Frame } from './call-tree'
import { layFlames } from './flame-layout'

const ROW_PX = 22
const LISTED = 12
const FILLS: Record<Frame['owner'], string> = {
  plugin: 'bg-accent-soft text-ink border-accent',
  runtime: 'bg-sunken text-muted border-line-strong',
  engine: 'bg-warn-soft text-warn border-warn',
}

/** Where the time, or the memory, went: each function as wide as its share, what it called below it; a click looks closer. */
export function FlameGraph({ root, unit }: { readonly root: Frame; readonly unit: 'time' | 'bytes' }): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [focus, setFocus] = useState(root)
  const blocks = useMemo(() => layFlames(focus), [focus])
  const top = useMemo(() => topFunctions(root, LISTED), [root])
  const amount = (value: number): string => (unit === 'time' ? figures.ms(value / 1_000) : figures.bytes(value))
  const share = (value: number): string => figures.percent(root.total === 0 ? 0 : value / root.total)
  const depth = Math.max(0, ...blocks.map((block) => block.depth)) + 1

  if (root.total <= 0) return <p className="py-6 text-muted">{text('profiles.idle')}</p>
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-muted">
          {(['plugin', 'runtime', 'engine'] as const).map((owner) => (
            <li key={owner} className="flex items-center gap-1.5">
              <span aria-hidden className={classes('size-3 rounded-sm border', FILLS[owner])} />
              {text(`profiles.owner.${owner}`)}
            </li>
          ))}
        </ul>
        {focus !== root && (
          <Button size="small" className="ml-auto" onClick={() => setFocus(root)}>
            {text('profiles.whole')}
          </Button>
        )}
      </div>
      <div className="max-h-[28rem] overflow-y-auto rounded-lg border bg-surface p-2">
        <div role="group" aria-label={text('profiles.flames')} className="relative" style={{ height: depth * ROW_PX }}>
          {blocks.map(({ key, frame, depth: row, start, width }) => (
            <button
              key={key}
              type="button"
              onClick={() => setFocus(frame)}
              title={`${frame.name} ${frame.place}\n${amount(frame.total)} · ${share(frame.total)}`}
              className={classes(
                'absolute truncate rounded-sm border px-1 text-left font-mono text-[11px] leading-[18px] hover:brightness-95',
                FILLS[frame.owner],
              )}
              style={{
                left: `${start * 100}%`,
                width: `${width * 100}%`,
                top: row * ROW_PX,
                height: ROW_PX - 2,
              }}
            >
              {width > 0.02 ? `${frame.name} ${frame.place}` : ''}
            </button>
          ))}
        </div>
      </div>
      <table className="w-full text-[13px]">
        <caption className="mb-1 text-left font-medium">{text('profiles.top')}</caption>
        <tbody className="divide-y">
          {top.map(({ name, place, self, owner }) => (
            <tr key={`${name} ${place}`}>
              <td className="figures w-20 py-1 pr-3 text-right font-medium">{share(self)}</td>
              <td className="figures w-24 py-1 pr-4 text-right text-muted">{amount(self)}</td>
              <td className={classes('py-1 font-mono wrap-anywhere', owner === 'plugin' ? 'text-ink' : 'text-muted')}>
                {name} <span className="text-faint">{place}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
