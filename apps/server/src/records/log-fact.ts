import type { PluginFact } from '@plugboard/core'
import type { Logger } from 'pino'

/** Writes a fact to the server's own log: plugins' log entries at their level, other facts at debug, errors as warnings. */
export function logFact(log: Logger, fact: PluginFact): void {
  if (fact.type === 'log')
    log[fact.level]({ plugin: fact.id, origin: fact.origin, ...(fact.fields && { fields: fact.fields }) }, fact.message)
  else if (fact.type === 'state' && fact.to === 'error')
    log.warn({ plugin: fact.id, error: fact.error }, 'a plugin is in error')
  else if (!fact.type.startsWith('dead-letter')) log.debug({ ...fact }, 'plugin fact')
}
