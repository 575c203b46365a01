import { isTopicPattern, type JsonObject } from '@plugboard/plugin-sdk'
import { PLUGIN_ID } from '../catalog/metadata.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { StoredPlugin } from '../plugin/load-options.ts'
import { isUpdatePhase } from '../plugin/update.ts'
import { isJsonObject } from '../util/json-object.ts'

/**
 * Checks what a host hands back after it has kept it in a store of its own. Whether the plugin can start with it is for its
 * start to find out.
 * @throws PluginError `OPTION_INVALID` that names the field
 */
export function checkStored(stored: unknown): asserts stored is StoredPlugin {
  if (!isJsonObject(stored))
    throw new PluginError('OPTION_INVALID', 'a stored plugin must be an object', { option: 'stored' })
  const { config, deadLetters = [], update } = stored
  checkKnown(stored)
  checkConfig(config, 'config')
  if (update !== undefined) checkUpdate(update)
  if (!Array.isArray(deadLetters) || !deadLetters.every(isLetter)) throw wrong('deadLetters', 'a list of dead letters')
}

function checkKnown({ path, metadata }: JsonObject, within = ''): void {
  if (typeof path !== 'string' || path === '') throw wrong(`${within}path`, 'text')
  if (!isJsonObject(metadata)) throw wrong(`${within}metadata`, 'an object')
  if (typeof metadata.id !== 'string' || !PLUGIN_ID.test(metadata.id))
    throw wrong(`${within}metadata.id`, 'the id of a plugin')
  for (const field of ['name', 'version', 'entryPoint'])
    if (typeof metadata[field] !== 'string') throw wrong(`${within}metadata.${field}`, 'text')
  if (!Array.isArray(metadata.events) || !metadata.events.every(isPattern))
    throw wrong(`${within}metadata.events`, 'a list of topic patterns')
  if (!Array.isArray(metadata.permissions)) throw wrong(`${within}metadata.permissions`, 'a list')
  if (!isJsonObject(metadata.dependencies)) throw wrong(`${within}metadata.dependencies`, 'an object')
}

function checkConfig(config: unknown, name: string): void {
  if (!isJsonObject(config)) throw wrong(name, 'an object')
  for (const field of ['shown', 'secrets'])
    if (!isJsonObject(config[field])) throw wrong(`${name}.${field}`, 'an object')
  if (!Number.isSafeInteger(config.revision) || Number(config.revision) < 1)
    throw wrong(`${name}.revision`, 'a whole number from 1 on')
}

function checkUpdate(update: unknown): void {
  if (!isJsonObject(update)) throw wrong('update', 'an object')
  const { progress, former, config, revisionAfter, added, watchMs, hostStopped } = update
  if (!isJsonObject(progress) || !isUpdatePhase(progress.phase))
    throw wrong('update.progress', 'an update with a phase')
  for (const field of ['from', 'to'])
    if (typeof progress[field] !== 'string') throw wrong(`update.progress.${field}`, 'text')
  if (progress.metrics !== null && !isComparison(progress.metrics))
    throw wrong('update.progress.metrics', 'metrics of both versions, or null')
  if (!isJsonObject(former)) throw wrong('update.former', 'an object')
  checkKnown(former, 'update.former.')
  checkConfig(config, 'update.config')
  if (!Array.isArray(added)) throw wrong('update.added', 'a list')
  if (watchMs !== null && !isCount(watchMs)) throw wrong('update.watchMs', 'milliseconds or null')
  if (typeof hostStopped !== 'boolean') throw wrong('update.hostStopped', 'true or false')
  if (!isCount(revisionAfter)) throw wrong('update.revisionAfter', 'a whole number')
  if (!isCount(progress.resumes)) throw wrong('update.progress.resumes', 'a whole number')
}

/** What the versions are compared by. */
function isComparison(metrics: unknown): boolean {
  if (!isJsonObject(metrics) || !isJsonObject(metrics.before) || !isJsonObject(metrics.after)) return false
  const { before } = metrics
  const counts = ['handled', 'failed', 'accepted', 'dropped'].every((name) => isCount(before[name]))
  return counts && ['p95Ms', 'memoryBytes'].every((name) => before[name] === null || typeof before[name] === 'number')
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isLetter(letter: unknown): boolean {
  if (!isJsonObject(letter)) return false
  const { id, events, error } = letter
  return (
    typeof id === 'string' && Array.isArray(events) && events.every(isEvent) && isJsonObject(error) && isThrown(error)
  )
}

function isEvent(event: unknown): boolean {
  return isJsonObject(event) && typeof event.id === 'string' && typeof event.type === 'string'
}

function isThrown({ name, message }: JsonObject): boolean {
  return typeof name === 'string' && typeof message === 'string'
}

function isPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' && isTopicPattern(pattern)
}

function wrong(option: string, expected: string): PluginError<'OPTION_INVALID'> {
  return new PluginError('OPTION_INVALID', `the option ${option} of a stored plugin must be ${expected}`, { option })
}
