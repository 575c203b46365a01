import { useClient } from '@/live/client-context'
import { signOut } from '@/live/session-api'
import { useReport } from '@/components/feedback/use-report'
import { useText } from '@/messages/use-text'

/** Ends the session of this browser. */
export function useSignOut(): () => Promise<void> {
  const text = useText()
  const client = useClient()
  const report = useReport()
  return async () => {
    try {
      await signOut()
      client?.reconnect()
    } catch (thrown) {
      report(thrown, text('signIn.outFailed'))
    }
  }
}
