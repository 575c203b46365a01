import type { PluginFact } from '@plugboard/core'
import type { JsonObject, LogLevelView, LogLine } from '@plugboard/protocol'
import type { LogLevelRow } from '../store/tables/logs.ts'

const MAX_LOG_MESSAGE = 8_192

type LogFact = Extract<PluginFact, { type: 'log' }>

export function logLevelView({ pluginId, level, fallBack }: LogLevelRow): LogLevelView {
  return { id: pluginId, level, fallBack }
}

/** Cut where a plugin has said too much at once. */
export function logLineOf({ node, id, at, level, origin, message, fields }: LogFact): LogLine {
  const line = { node, id, at, level, origin, message: message.slice(0, MAX_LOG_MESSAGE) }
  return fields ? { ...line, fields: fields as JsonObject } : line
}
