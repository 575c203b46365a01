import { useToast } from '@/components/ui/toasts'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { asClientError } from '@/live/use-operation'

/** Says in a toast that something was refused or failed, and why. */
export function useReport(): (thrown: unknown, failed: string) => void {
  const toast = useToast()
  const text = useText()
  const say = useSay()
  return (thrown, failed) => {
    const error = asClientError(thrown)
    // The result is unknown then.
    const title = error.code === 'NO_ANSWER' ? text('action.unknown') : failed
    toast({ kind: 'bad', title, description: say.error(error) })
  }
}
