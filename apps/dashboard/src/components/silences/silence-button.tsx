'use client'

import type { BoardRow } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button, type ButtonProps } from '@/components/ui/button'
import { lazyDialog } from '@/components/ui/lazy-part'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { useEndSilence } from './use-end-silence'

const SilenceDialog = lazyDialog(() => import('./silence-dialog').then((module) => module.SilenceDialog))

/** Silences a plugin whose trouble is known, or ends that. */
export function SilenceButton({
  row: { id, name, silencedUntil },
  look = 'quiet',
}: {
  readonly row: Pick<BoardRow, 'id' | 'name' | 'silencedUntil'>
} & Pick<ButtonProps, 'look'>): ReactNode {
  const text = useText()
  const allowed = useMay('plugins.silence')
  const whyNot = useWhyNot('plugins.silence')
  const end = useEndSilence()
  const [asking, setAsking] = useState(false)
  const [isEnding, setEnding] = useState(false)
  const endNow = async (): Promise<void> => {
    setEnding(true)
    await end(id, name)
    setEnding(false)
  }
  const label = silencedUntil === null ? text('silence.button') : text('silence.end')
  return (
    <>
      <Button
        look={look}
        aria-label={`${label} ${name}`}
        pending={isEnding}
        disabled={!allowed}
        title={whyNot ?? text('silence.explains')}
        onClick={() => (silencedUntil === null ? setAsking(true) : void endNow())}
      >
        {silencedUntil === null ? `${label}…` : label}
      </Button>
      {asking && <SilenceDialog id={id} name={name} onClose={() => setAsking(false)} />}
    </>
  )
}
