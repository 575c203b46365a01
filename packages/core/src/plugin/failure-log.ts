import type { DeadLetter } from '../accounting/dead-letters.ts'
import type { FactBody } from './fact.ts'

/**
 * The log entry for a failure of a plugin; null for a fact that is no failure. The entry appears among the plugin's own
 * log entries.
 */
export function failureLog(fact: FactBody): Extract<FactBody, { type: 'log' }> | null {
  const { id, at } = fact
  const entry = (message: string): ReturnType<typeof failureLog> => {
    return { type: 'log', id, at, level: 'error', message, fields: undefined, origin: 'runtime' }
  }
  if (fact.type === 'dead-letter') return entry(describeLetter(fact.letter))
  if (fact.type === 'state' && fact.to === 'error' && fact.error) return entry(fact.error.message)
  return null
}

function describeLetter({ reason, events, error }: DeadLetter): string {
  const [first] = events
  const topic = first?.type ?? 'an event'
  switch (reason) {
    case 'handler-failed':
      return `Its handler failed on ${topic}: ${error.message}`
    case 'given-up':
      return `It gave up ${topic}: ${error.message}`
    case 'guest-died':
      return `It ended while it handled ${topic}.`
    case 'in-doubt':
      return `It ended, and of ${events.length} events nobody can tell whether it had handled them.`
  }
}
