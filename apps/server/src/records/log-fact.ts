import type { PluginFact } from '@plugboard/core'
import type { Logger } from 'pino'

/**
 * Writes a fact to the server's own log, errors as warnings and others at debug. The log entries of plugins come from the
 * manager's logger.
 */
export function logFact(log: Logger, fact: PluginFact): void {
  if (fact.type === 'state' && fact.to === 'error')
    log.warn({ plugin: fact.id, error: fact.error }, 'a plugin is in error')
  else if (fact.type !== 'log' && !fact.type.startsWith('dead-letter')) log.debug({ ...fact }, 'plugin fact')
}
