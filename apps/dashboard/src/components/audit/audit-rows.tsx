'use client'

import type { AuditView } from '@plugboard/protocol'
import { useMemo, useRef, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Preformatted } from '@/components/ui/preformatted'
import { useKeys } from '@/hooks/use-keys'
import { useWalk } from '@/hooks/use-walk'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { auditRuns, type AuditRun } from './audit-runs'

/** The rows of the audit; `j` and `k` walk, ⏎ opens one. */
export function AuditRows({ rows }: { readonly rows: readonly AuditView[] }): ReactNode {
  const text = useText()
  const [open, setOpen] = useState<number | null>(null)
  const list = useRef<HTMLTableElement>(null)
  const runs = useMemo(() => auditRuns(rows), [rows])
  const toggle = (seq: number): void => setOpen(open === seq ? null : seq)
  useWalk(list)
  useKeys({ Escape: () => setOpen(null) })
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface">
      <table ref={list} className="w-full text-left">
        <thead>
          <tr className="border-b bg-canvas text-[13px] text-muted">
            {(['time', 'who', 'operation', 'target', 'result'] as const).map((column) => (
              <th
                key={column}
                className={classes('h-9 px-4 font-medium whitespace-nowrap max-sm:px-2', HIDDEN[column])}
              >
                {text(`audit.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {runs.map((run) => {
          const [row] = run
          // By its oldest entry: a run grows at its other end.
          const key = run.at(-1)!.seq
          return run.length === 1 ? (
            <Entry key={key} row={row} isOpen={open === row.seq} onToggle={() => toggle(row.seq)} />
          ) : (
            <Run key={key} run={run} open={open} onToggle={toggle} />
          )
        })}
      </table>
    </div>
  )
}

/** On a phone these stand below the operation. */
const HIDDEN = { time: '', who: 'max-sm:hidden', operation: '', target: 'max-md:hidden', result: '' }

/** Many of the same as one line, which opens into them. */
function Run({
  run,
  open,
  onToggle,
}: {
  readonly run: AuditRun
  readonly open: number | null
  readonly onToggle: (seq: number) => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const [isOpen, setOpen] = useState(false)
  const [{ at, actor, operation, target, result }] = run
  const since = run.at(-1)!.at
  return (
    <>
      <tbody className="border-b last:border-b-0 focus-within:bg-accent-soft">
        <Cells
          time={figures.day(at)}
          exactTime={`${figures.moment(since)} – ${figures.moment(at)}`}
          actor={actor}
          target={target}
          result={result}
        >
          <OperationButton operation={operation} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
          <span className="figures ml-2 text-[13px] text-muted">
            {text('audit.times', { count: run.length, since: figures.day(since) })}
          </span>
        </Cells>
      </tbody>
      {isOpen &&
        run.map((row) => (
          <Entry key={row.seq} row={row} isOpen={open === row.seq} onToggle={() => onToggle(row.seq)} isInRun />
        ))}
    </>
  )
}

/** The line of an entry, or of many. */
function Cells({
  time,
  exactTime,
  actor,
  target,
  result,
  children,
}: {
  readonly time: string
  readonly exactTime: string
  readonly actor: string
  readonly target: string | null
  readonly result: string
  readonly children: ReactNode
}): ReactNode {
  const text = useText()
  return (
    <tr>
      <td
        className="figures px-4 py-2 align-top text-[13px] text-muted max-sm:w-20 max-sm:px-2 sm:whitespace-nowrap"
        title={exactTime}
      >
        {time}
      </td>
      <td className={classes('max-w-56 truncate px-4 py-2 align-top', HIDDEN.who)} title={actor}>
        {actor}
      </td>
      <td className="px-4 py-2 max-sm:px-2">
        {children}
        <span className="block text-[13px] wrap-anywhere text-muted sm:hidden">{actor}</span>
        {target !== null && (
          <span className="block font-mono text-[13px] wrap-anywhere text-muted md:hidden">{target}</span>
        )}
      </td>
      <td className={classes('max-w-56 truncate px-4 py-2 align-top font-mono text-[13px]', HIDDEN.target)}>
        {target ?? '–'}
      </td>
      <td
        className={classes('px-4 py-2 align-top font-medium max-sm:px-2', result === 'ok' ? 'text-good' : 'text-bad')}
      >
        {result === 'ok' ? (
          <span className="whitespace-nowrap">{text('audit.ok')}</span>
        ) : (
          <code className="text-[13px] wrap-anywhere">{result}</code>
        )}
      </td>
    </tr>
  )
}

function OperationButton({
  operation,
  isOpen,
  onToggle,
}: {
  readonly operation: string
  readonly isOpen: boolean
  readonly onToggle: () => void
}): ReactNode {
  return (
    <button
      type="button"
      data-walk
      aria-expanded={isOpen}
      onClick={onToggle}
      className="font-mono text-[13px] hover:underline"
    >
      {operation}
    </button>
  )
}

function Entry({
  row: { seq, at, actor, role, via, address, operation, target, result, detail, hash },
  isOpen,
  onToggle,
  isInRun = false,
}: {
  readonly row: AuditView
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly isInRun?: boolean
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <tbody className={classes('border-b last:border-b-0 focus-within:bg-accent-soft', isInRun && 'bg-canvas')}>
      <Cells time={figures.day(at)} exactTime={figures.moment(at)} actor={actor} target={target} result={result}>
        <OperationButton operation={operation} isOpen={isOpen} onToggle={onToggle} />
      </Cells>
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
