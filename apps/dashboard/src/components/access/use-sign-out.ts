import { useDrafts } from '@/components/config/drafts-context'
import { useClient } from '@/live/client-context'
import { signOut } from '@/live/session-api'
import { useReport } from '@/components/feedback/use-report'
import { useText } from '@/messages/use-text'

/** Ends the session of this browser. */
export function useSignOut(): () => Promise<void> {
  const text = useText()
  const client = useClient()
  const report = useReport()
  const drafts = useDrafts()
  return async () => {
    try {
      await signOut()
      // Whoever leaves on purpose leaves nothing behind.
      drafts.clear()
      client?.reconnect()
    } catch (thrown) {
      report(thrown, text('signIn.outFailed'))
    }
  }
}
