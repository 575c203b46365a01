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
  for (const field of ['events', 'permissions'])
    if (!Array.isArray(metadata[field])) throw wrong(`metadata.${field}`, 'a list')
  if (!isJsonObject(metadata.dependencies)) throw wrong('metadata.dependencies', 'an object')
  if (!isJsonObject(config)) throw wrong('config', 'an object')
  for (const field of ['shown', 'secrets'])
    if (!isJsonObject(config[field])) throw wrong(`config.${field}`, 'an object')
  if (!Number.isSafeInteger(config.revision)) throw wrong('config.revision', 'a whole number')
  if (!Array.isArray(deadLetters) || !deadLetters.every(isLetter)) throw wrong('deadLetters', 'a list of dead letters')
}

function isLetter(letter: unknown): boolean {
  if (!isJsonObject(letter)) return false
  return typeof letter.id === 'string' && Array.isArray(letter.events) && isJsonObject(letter.error)
}

function wrong(option: string, expected: string): PluginError<'OPTION_INVALID'> {
  return new PluginError('OPTION_INVALID', `the option ${option} of a stored plugin must be ${expected}`, { option })
}
