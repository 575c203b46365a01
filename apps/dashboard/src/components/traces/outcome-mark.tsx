import type { TraceSummary } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'

/** What became of a trace as a whole: the worst of it, in a word. */
export function OutcomeMark({
  trace: { deliveries, unhandled, open, leftOut },
}: {
  readonly trace: Pick<TraceSummary, 'deliveries' | 'unhandled' | 'open' | 'leftOut'>
}): ReactNode {
  const text = useText()
  if (unhandled > 0) return <Mark look="bg-bad-soft text-bad">{text('traces.unhandled', { count: unhandled })}</Mark>
  if (open > 0) return <Mark look="bg-accent-soft text-accent">{text('traces.open')}</Mark>
  // Of what is left out nobody knows what became of it.
  if (leftOut > 0) return <Mark look="bg-warn-soft text-warn">{text('traces.cut')}</Mark>
  if (deliveries === 0) return <Mark look="bg-sunken text-muted">{text('traces.nobody')}</Mark>
  return <Mark look="bg-good-soft text-good">{text('traces.allHandled')}</Mark>
}

function Mark({ look, children }: { readonly look: string; readonly children: ReactNode }): ReactNode {
  return (
    <span
      className={classes('inline-flex h-5 items-center rounded px-1.5 text-xs font-medium whitespace-nowrap', look)}
    >
      {children}
    </span>
  )
}
