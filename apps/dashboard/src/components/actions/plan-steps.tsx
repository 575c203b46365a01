import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useSay } from '@/messages/use-say'
import { useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { NamedPlugin } from './named-plugin'
import { queuedEvents } from './queued-events'
import type { Step } from './plugin-action'

/** What would be done, in order, each with its reason. What concerns other plugins than those asked for stands out. */
export function PlanSteps({
  steps,
  isOther,
}: {
  readonly steps: readonly Step[]
  readonly isOther: (step: Step) => boolean
}): ReactNode {
  const text = useText()
  const say = useSay()
  return (
    <ol aria-label={text('action.plan')} className="mb-5 max-h-80 divide-y overflow-y-auto rounded-lg border">
      {steps.map((step) => (
        <li key={`${step.action}-${step.id}`} className="flex gap-3 px-4 py-2">
          <span className={classes('w-24 shrink-0 font-medium', isOther(step) && 'text-warn')}>
            {text(`action.step.${step.action}`)}
          </span>
          <span className="min-w-0">
            <NamedPlugin id={step.id} />
            <span className="block text-[13px] text-muted">{say.step(step)}</span>
            <QueueLost step={step} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function QueueLost({ step }: { readonly step: Step }): ReactNode {
  const text = useText()
  const queued = queuedEvents(useTopic('board').state, step)
  if (queued === 0) return null
  return <span className="block text-[13px] font-medium text-warn">{text('action.queueLost', { count: queued })}</span>
}
