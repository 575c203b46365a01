import type { z } from 'zod'
import '../zod-setup.ts'
import { accessOperations } from './access.ts'
import { auditOperations } from './audit.ts'
import { configOperations } from './config.ts'
import { deadLetterOperations } from './dead-letters.ts'
import { eventOperations } from './events.ts'
import { historyOperations } from './history.ts'
import { pluginOperations } from './plugins.ts'
import { profileOperations } from './profiles.ts'
import { serverOperations } from './server.ts'
import { silenceOperations } from './silences.ts'
import { traceOperations } from './traces.ts'
import { versionOperations } from './versions.ts'

export { accessOperations, accountName, email, newPassword } from './access.ts'
export { cloudEvent } from './events.ts'
export { inputFields, type Audit, type Operation, type RestRoute, type Role } from './operation.ts'

/** The one table of everything that can be asked of a server. */
export const operations = {
  ...pluginOperations,
  ...versionOperations,
  ...configOperations,
  ...profileOperations,
  ...eventOperations,
  ...deadLetterOperations,
  ...traceOperations,
  ...historyOperations,
  ...silenceOperations,
  ...auditOperations,
  ...serverOperations,
  ...accessOperations,
}

export type OperationName = keyof typeof operations

/** What a caller hands over and gets back, by operation. */
export type Operations = {
  readonly [Name in OperationName]: {
    readonly input: z.input<(typeof operations)[Name]['input']>
    readonly output: z.output<(typeof operations)[Name]['output']>
  }
}
