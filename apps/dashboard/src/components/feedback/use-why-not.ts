import type { Operations } from '@plugboard/protocol'
import { useText } from '@/messages/use-text'
import { useOnline, useSession } from '@/live/use-live'

/** Why an operation cannot be asked for now, for the button that is off; undefined where it can. */
export function useWhyNot(operation: keyof Operations): string | undefined {
  const text = useText()
  const online = useOnline()
  const session = useSession()
  if (!online) return text('action.offline')
  if (session && !session.may.includes(operation))
    return text('action.notAllowed', { role: text(`role.${session.role}`) })
  return undefined
}
