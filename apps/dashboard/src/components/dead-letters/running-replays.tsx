'use client'

import type { RunningReplayView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button } from '@/components/ui/button'
import { useMay } from '@/live/use-live'
import { usePluginRow } from '@/live/use-plugin-row'
import { useText } from '@/messages/use-text'

/** Replays that have not ended. */
export function RunningReplays({
  replays,
  onStopped,
}: {
  readonly replays: readonly RunningReplayView[]
  readonly onStopped: () => void
}): ReactNode {
  // Those of one plugin run one after the other, in this order.
  return replays.map((replay, index) => (
    <RunningReplay key={`${replay.pluginId} ${index}`} replay={replay} onStopped={onStopped} />
  ))
}

/** How far a replay is, and a button that ends it. */
function RunningReplay({
  replay: { pluginId: id, perSecond, handled, kept },
  onStopped,
}: {
  readonly replay: RunningReplayView
  readonly onStopped: () => void
}): ReactNode {
  const text = useText()
  const title = text('deadLetters.replaying', { name: usePluginRow(id)?.name ?? id })
  const allowed = useMay('deadLetters.stopReplay')
  const whyNot = useWhyNot('deadLetters.stopReplay')
  const { pending, act } = useAct()
  const stop = async (): Promise<void> => {
    await act('deadLetters.stopReplay', { id }, { failed: text('deadLetters.failed.stop') })
    onStopped()
  }
  return (
    <section
      aria-label={title}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-surface px-4 py-2"
    >
      <p className="figures mr-auto">
        <span className="font-medium">{title}</span>{' '}
        <span className="text-muted">
          {kept === null ? text('deadLetters.waits') : text('deadLetters.progress', { handled, kept })}
          {perSecond !== null && ` · ${text('deadLetters.rate.perSecond', { count: perSecond })}`}
        </span>
      </p>
      <Button size="small" pending={pending !== null} disabled={!allowed} title={whyNot} onClick={() => void stop()}>
        {text('deadLetters.stop')}
      </Button>
    </section>
  )
}
