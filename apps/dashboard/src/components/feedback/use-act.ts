'use client'

import type { Operations } from '@plugboard/protocol'
import { useState } from 'react'
import { useToast } from '@/components/ui/toasts'
import { useOperation } from '@/live/use-operation'
import { useReport } from './use-report'

interface Act {
  /** What is under way, by the name that it was given. */
  readonly pending: string | null
  /**
   * Asks for something that changes something. What goes wrong is said in a toast.
   * @returns the answer, or undefined where it was refused
   */
  readonly act: <Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
    says: { readonly failed: string; readonly done?: string; readonly as?: string; readonly timeoutMs?: number },
  ) => Promise<Operations[Name]['output'] | undefined>
}

/** For buttons of one part of a page: one thing at a time. */
export function useAct(): Act {
  const toast = useToast()
  const report = useReport()
  const call = useOperation()
  const [pending, setPending] = useState<string | null>(null)
  return {
    pending,
    act: async (name, input, { failed, done, as = name, timeoutMs }) => {
      setPending(as)
      try {
        const answer = await call(name, input, timeoutMs)
        if (done !== undefined) toast({ kind: 'good', title: done })
        return answer
      } catch (thrown) {
        report(thrown, failed)
        return undefined
      } finally {
        setPending(null)
      }
    },
  }
}
