import { isTopicPattern, type JsonObject } from '@plugboard/plugin-sdk'
import { PLUGIN_ID } from '../catalog/metadata.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { StoredPlugin } from '../plugin/load-options.ts'
import { isJsonObject } from '../util/json-object.ts'

/**
 * Checks what a host hands back after it has kept it in a store of its own. Whether the plugin can start with it is for its
 * start to find out.
 * @throws PluginError `OPTION_INVALID` that names the field
 */
export function checkStored(stored: unknown): asserts stored is StoredPlugin {
  if (!isJsonObject(stored))
    throw new PluginError('OPTION_INVALID', 'a stored plugin must be an object', { option: 'stored' })
  const { path, metadata, config, deadLetters = [] } = stored
  if (typeof path !== 'string' || path === '') throw wrong('path', 'text')
  if (!isJsonObject(metadata)) throw wrong('metadata', 'an object')
  if (typeof metadata.id !== 'string' || !PLUGIN_ID.test(metadata.id)) throw wrong('metadata.id', 'the id of a plugin')
  for (const field of ['name', 'version', 'entryPoint'])
    if (typeof metadata[field] !== 'string') throw wrong(`metadata.${field}`, 'text')
  if (!Array.isArray(metadata.events) || !metadata.events.every(isPattern))
    throw wrong('metadata.events', 'a list of topic patterns')
  if (!Array.isArray(metadata.permissions)) throw wrong('metadata.permissions', 'a list')
  if (!isJsonObject(metadata.dependencies)) throw wrong('metadata.dependencies', 'an object')
  if (!isJsonObject(config)) throw wrong('config', 'an object')
  for (const field of ['shown', 'secrets'])
    if (!isJsonObject(config[field])) throw wrong(`config.${field}`, 'an object')
  if (!Number.isSafeInteger(config.revision) || Number(config.revision) < 1)
    throw wrong('config.revision', 'a whole number from 1 on')
  if (!Array.isArray(deadLetters) || !deadLetters.every(isLetter)) throw wrong('deadLetters', 'a list of dead letters')
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
