'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toasts'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useMay } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** Has the chain of the audit checked, and says what came of it. */
export function VerifyButton(): ReactNode {
  const text = useText()
  const figures = useFigures()
  const toast = useToast()
  const allowed = useMay('audit.verify')
  const { pending, act } = useAct()
  const verify = async (): Promise<void> => {
    const answer = await act('audit.verify', {}, { failed: text('audit.verifyFailed') })
    if (!answer) return
    const { rows, brokenAt } = answer
    if (brokenAt === null) toast({ kind: 'good', title: text('audit.whole', { rows: figures.count(rows) }) })
    else toast({ kind: 'bad', title: text('audit.broken', { row: String(brokenAt) }) })
  }
  return (
    <Button pending={pending !== null} disabled={!allowed} onClick={() => void verify()}>
      {text('audit.verify')}
    </Button>
  )
}
