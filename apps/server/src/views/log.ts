import { cutText, type PluginFact } from '@plugboard/core'
import type { JsonObject, LogLevelView, LogLine } from '@plugboard/protocol'
import type { LogLevelRow } from '../store/tables/logs.ts'

/** More than the core lets a plugin log at once, with its note on what was cut. */
const MAX_LOG_MESSAGE = 8_256

type LogFact = Extract<PluginFact, { type: 'log' }>

export function logLevelView({ pluginId, level, fallBack }: LogLevelRow): LogLevelView {
  return { id: pluginId, level, fallBack }
}

/** Cut where a plugin has said too much at once. */
export function logLineOf({ node, id, at, level, origin, message, fields }: LogFact): LogLine {
  const line = { node, id, at, level, origin, message: cutText(message, MAX_LOG_MESSAGE) }
  return fields ? { ...line, fields: fields as JsonObject } : line
}
