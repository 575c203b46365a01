'use client'

import type { Operations } from '@plugboard/protocol'
import { useState } from 'react'
import { useToast } from '@/components/ui/toasts'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { asClientError, useOperation } from './use-operation'

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
  const text = useText()
  const say = useSay()
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
        const error = asClientError(thrown)
        // Whether it was done, nobody can tell then.
        const title = error.code === 'DISCONNECTED' ? text('action.unknown') : failed
        toast({ kind: 'bad', title, description: say.error(error) })
        return undefined
      } finally {
        setPending(null)
      }
    },
  }
}
