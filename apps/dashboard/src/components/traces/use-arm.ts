'use client'

import { useAct } from '@/components/feedback/use-act'
import { useText } from '@/messages/use-text'

export interface Arm {
  readonly isPending: boolean
  /** Has the next events of a topic pattern followed. @returns whether they will be */
  readonly arm: (pattern: string, events: number) => Promise<boolean>
}

export function useArm(): Arm {
  const text = useText()
  const { pending, act } = useAct()
  return {
    isPending: pending !== null,
    arm: async (pattern, events) => {
      const says = {
        failed: text('traces.armFailed', { pattern }),
        done: text('traces.armed', { count: events, pattern }),
      }
      return (await act('traces.arm', { pattern, events }, says)) !== undefined
    },
  }
}
