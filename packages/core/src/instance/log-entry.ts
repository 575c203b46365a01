import type { JsonObject, LogLevel } from '@plugboard/plugin-sdk'

/** One entry of a plugin's log. */
export interface LogEntry {
  readonly level: LogLevel
  readonly message: string
  readonly fields: JsonObject | undefined
  /** The plugin's logger, what it wrote to a stream, or the runtime's report about it. */
  readonly origin: 'plugin' | 'stdout' | 'stderr' | 'runtime'
}
