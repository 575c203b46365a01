import { accessHandlers } from './access.ts'
import { auditHandlers } from './audit.ts'
import { configHandlers } from './config.ts'
import { deadLetterHandlers } from './dead-letters.ts'
import { eventHandlers } from './events.ts'
import type { Handlers } from './handler.ts'
import { historyHandlers } from './history.ts'
import { pluginHandlers } from './plugins.ts'
import { profileHandlers } from './profiles.ts'
import { serverHandlers } from './server.ts'
import { silenceHandlers } from './silences.ts'
import { traceHandlers } from './traces.ts'
import { versionHandlers } from './versions.ts'

/** What all handlers need together; each gets the services of its domain only. */
type Services = Parameters<typeof accessHandlers>[0] &
  Parameters<typeof auditHandlers>[0] &
  Parameters<typeof configHandlers>[0] &
  Parameters<typeof deadLetterHandlers>[0] &
  Parameters<typeof eventHandlers>[0] &
  Parameters<typeof historyHandlers>[0] &
  Parameters<typeof pluginHandlers>[0] &
  Parameters<typeof profileHandlers>[0] &
  Parameters<typeof serverHandlers>[0] &
  Parameters<typeof silenceHandlers>[0] &
  Parameters<typeof traceHandlers>[0] &
  Parameters<typeof versionHandlers>[0]

/** A handler for each operation of the table: one that is missing does not compile. */
export function createHandlers(services: Services): Handlers {
  return {
    ...pluginHandlers(services),
    ...configHandlers(services),
    ...eventHandlers(services),
    ...deadLetterHandlers(services),
    ...historyHandlers(services),
    ...auditHandlers(services),
    ...accessHandlers(services),
    ...profileHandlers(services),
    ...serverHandlers(services),
    ...silenceHandlers(services),
    ...traceHandlers(services),
    ...versionHandlers(services),
  }
}
