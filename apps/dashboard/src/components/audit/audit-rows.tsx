'use client'

import type { AuditView } from '@plugboard/protocol'
import { useRef, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Preformatted } from '@/components/ui/preformatted'
import { useKeys } from '@/hooks/use-keys'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

/** The rows of the audit; `j` and `k` walk, ⏎ opens one. */
export function AuditRows({ rows }: { readonly rows: readonly AuditView[] }): ReactNode {
  const text = useText()
  const [open, setOpen] = useState<number | null>(null)
  const list = useRef<HTMLTableElement>(null)
  const toggle = (seq: number): void => setOpen(open === seq ? null : seq)
  useWalk(list)
  useKeys({ Escape: () => setOpen(null) })
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface">
      <table ref={list} className="w-full text-left">
        <thead>
          <tr className="border-b bg-canvas text-[13px] text-muted">
            {(['time', 'who', 'operation', 'target', 'result'] as const).map((column) => (
              <th key={column} className={classes('h-9 px-4 font-medium', HIDDEN[column])}>
                {text(`audit.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <Entry key={row.seq} row={row} isOpen={open === row.seq} onToggle={() => toggle(row.seq)} />
        ))}
      </table>
    </div>
  )
}

/** On a phone only what fits. */
const HIDDEN = { time: '', who: 'max-sm:hidden', operation: '', target: 'max-md:hidden', result: '' }

function Entry({
  row: { seq, at, actor, role, via, address, operation, target, result, detail, hash },
  isOpen,
  onToggle,
}: {
  readonly row: AuditView
  readonly isOpen: boolean
  readonly onToggle: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <tbody className="border-b last:border-b-0 focus-within:bg-accent-soft">
      <tr>
        <td className="figures px-4 py-2 text-[13px] whitespace-nowrap text-muted" title={figures.moment(at)}>
          {figures.day(at)}
        </td>
        <td className={classes('max-w-56 truncate px-4 py-2', HIDDEN.who)} title={actor}>
          {actor}
        </td>
        <td className="px-4 py-2">
          <button
            type="button"
            data-walk
            aria-expanded={isOpen}
            onClick={onToggle}
            className="font-mono text-[13px] hover:underline"
          >
            {operation}
          </button>
        </td>
        <td className={classes('max-w-56 truncate px-4 py-2 font-mono text-[13px]', HIDDEN.target)}>{target ?? '–'}</td>
        <td className={classes('px-4 py-2 font-medium', result === 'ok' ? 'text-good' : 'text-bad')}>
          {result === 'ok' ? text('audit.ok') : <code className="text-[13px] wrap-anywhere">{result}</code>}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className="px-4 pb-3">
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 text-[13px]">
              <dt className="text-faint">{text('audit.column.who')}</dt>
              <dd>{`${actor} (${role ?? '–'})`}</dd>
              <dt className="text-faint">{text('audit.from')}</dt>
              <dd className="figures">{`${address} · ${via}`}</dd>
              <dt className="text-faint">{text('audit.column.target')}</dt>
              <dd className="font-mono">{target ?? '–'}</dd>
              <dt className="text-faint">#{seq}</dt>
              <dd className="font-mono wrap-anywhere text-faint">{hash}</dd>
            </dl>
            {detail && <Preformatted title={text('history.detail')} body={JSON.stringify(detail, null, 2)} />}
          </td>
        </tr>
      )}
    </tbody>
  )
}
