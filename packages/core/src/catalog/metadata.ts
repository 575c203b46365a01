import {
  isTopicPattern,
  PLUGIN_TYPES,
  type JsonObject,
  type Permission,
  type PluginLimits,
  type PluginMetadata,
} from '@plugboard/plugin-sdk'
import { createHash } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { valid, validRange } from 'semver'
import { isDeeper, isJsonObject } from '../util/json-object.ts'
import { PluginError, type Violation } from '../errors/plugin-error.ts'
import { limitViolations } from './limits.ts'

/** The id of a plugin: it names folders, topics and rows. */
export const PLUGIN_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/
/** So many faults are told. */
const MAX_VIOLATIONS = 50
/** Of its name, in characters. */
const MAX_NAME = 200
/** Control characters, and those that turn the direction of a text. */
const CONTROLS = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u
const MAX_SCHEMA_BYTES = 64 * 1_024
/** Compiling a schema takes some frames of the stack for each level. */
const MAX_SCHEMA_DEPTH = 200
const FIELDS: readonly string[] = [
  'id',
  'name',
  'version',
  'description',
  'author',
  'license',
  'dependencies',
  'pluginType',
  'entryPoint',
  'permissions',
  'events',
  'configSchema',
  'isolation',
  'exclusive',
  'limits',
] satisfies (keyof PluginMetadata)[]
/** For tools that are not Plugboard. */
const FREE_FIELD = /^(?:\$schema$|x-)/
/** How many of its first letters make a field that is not known look like one that is. */
const ALIKE = 4
const PERMISSION_NAMES = ['ReadVmState', 'WriteVmState', 'NetworkAccess', 'ExecuteSyscall']

/**
 * Reads the text of a plugin.json.
 * @throws PluginError `METADATA_INVALID`, which names the file and for each fault its field and rule
 */
export function parseMetadata(text: string, file: string): PluginMetadata {
  let raw: unknown
  try {
    // Some editors begin a file with a byte order mark, which cannot be seen.
    raw = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const message = `is not JSON: ${(cause as Error).message}`
    throw metadataInvalid(file, [{ pointer: '', rule: 'json', message }], cause)
  }
  const check = new MetadataCheck()
  const metadata = check.read(raw)
  if (check.violations.length > 0) throw metadataInvalid(file, check.violations)
  return metadata
}

/**
 * Reads the permissions of a grant.
 * @param field names them in the error
 * @throws PluginError `METADATA_INVALID`
 */
export function parsePermissions(value: unknown, field: string): readonly Permission[] {
  const check = new MetadataCheck()
  const permissions = check.permissions(value)
  if (check.violations.length > 0) throw metadataInvalid(field, check.violations)
  return permissions
}

/** The metadata of a plugin that is only a module: its id is the file's name. */
export function inferMetadata(fileName: string): PluginMetadata {
  const name = fileName.replace(/\.[^.]+$/, '')
  const id = name.toLowerCase().replace(/[^a-z0-9._-]/g, '-')
  return {
    id: PLUGIN_ID.test(id) ? id : `plugin-${fingerprint(name)}`,
    name,
    version: '1.0.0',
    description: '',
    author: '',
    license: '',
    dependencies: {},
    pluginType: 'Custom',
    entryPoint: fileName,
    permissions: ['ReadVmState'],
    events: ['**'],
  }
}

/** Tells names apart that have no letter an id could have. */
function fingerprint(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8)
}

export function metadataInvalid(
  file: string,
  violations: readonly Violation[],
  cause?: unknown,
): PluginError<'METADATA_INVALID'> {
  const shown = violations.slice(0, MAX_VIOLATIONS)
  const text = shown.map((v) => `${v.pointer === '' ? '' : `${v.pointer} `}${v.message}`).join('; ')
  const more = violations.length > shown.length ? `; and ${violations.length - shown.length} more` : ''
  return new PluginError('METADATA_INVALID', `${file}: ${text}${more}`, { file, violations: shown }).causedBy(cause)
}

class MetadataCheck {
  readonly violations: Violation[] = []

  read(raw: unknown): PluginMetadata {
    if (!isJsonObject(raw)) {
      this.#fail('', 'type', 'must be an object')
      return inferMetadata('x.js')
    }
    for (const field of Object.keys(raw)) if (!FIELDS.includes(field) && !FREE_FIELD.test(field)) this.#unknown(field)
    const id = this.#text(raw, 'id', { required: true })
    if (id && !PLUGIN_ID.test(id))
      this.#fail('/id', 'pattern', `must match ${PLUGIN_ID.source}, not "${id.slice(0, 80)}"`)
    const version = this.#text(raw, 'version', { required: true })
    if (version && !valid(version))
      this.#fail('/version', 'semver', `must be a semantic version, not "${version.slice(0, 80)}"`)
    const entryPoint = this.#text(raw, 'entryPoint', { required: true })
    if (entryPoint && (isAbsolute(entryPoint) || !/\.(ts|mts|js|mjs)$/.test(entryPoint))) {
      this.#fail('/entryPoint', 'pattern', 'must be a relative path to a .ts, .mts, .js or .mjs file')
    }
    const configSchema = this.#schema(raw.configSchema)
    const isolation = this.#oneOf(raw, 'isolation', ['process', 'inline'] as const)
    const exclusive = this.#flag(raw, 'exclusive')
    const limits = this.#limits(raw.limits)
    return {
      id,
      name: this.#name(raw) || id,
      version,
      description: this.#text(raw, 'description'),
      author: this.#text(raw, 'author'),
      license: this.#text(raw, 'license'),
      dependencies: this.#dependencies(raw.dependencies),
      pluginType: this.#oneOf(raw, 'pluginType', PLUGIN_TYPES) ?? 'Custom',
      entryPoint,
      permissions: this.permissions(raw.permissions),
      events: this.#events(raw.events),
      ...(configSchema && { configSchema }),
      ...(isolation && { isolation }),
      ...(exclusive && { exclusive }),
      ...(limits && { limits }),
    }
  }

  #fail(pointer: string, rule: string, message: string): void {
    this.violations.push({ pointer, rule, message })
  }

  #unknown(field: string): void {
    const alike = FIELDS.find((known) => known.toLowerCase().startsWith(field.toLowerCase().slice(0, ALIKE)))
    const guess = alike === undefined ? `fields of your own begin with x-` : `did you mean ${alike}?`
    this.#fail(`/${field.slice(0, 80)}`, 'unknown', `is no field of plugin.json: ${guess}`)
  }

  #text(raw: Record<string, unknown>, field: string, { required = false } = {}): string {
    const value = raw[field]
    if (value === undefined && !required) return ''
    if (value === undefined) this.#fail(`/${field}`, 'required', 'is missing')
    else if (typeof value !== 'string') this.#fail(`/${field}`, 'type', 'must be text')
    else if (value.length > 4_096 || (required && value === ''))
      this.#fail(`/${field}`, 'length', 'must have 1 to 4096 characters')
    else return value
    return ''
  }

  /** What is shown everywhere: it must fit into a line, and must not turn the text around it. */
  #name(raw: Record<string, unknown>): string {
    const name = this.#text(raw, 'name')
    if (name.length > MAX_NAME) this.#fail('/name', 'maxLength', `must have at most ${MAX_NAME} characters`)
    if (CONTROLS.test(name)) this.#fail('/name', 'pattern', 'must not contain control characters')
    return name
  }

  #flag(raw: Record<string, unknown>, field: string): boolean {
    const value = raw[field] ?? false
    if (typeof value !== 'boolean') this.#fail(`/${field}`, 'type', 'must be true or false')
    return value === true
  }

  #oneOf<T extends string>(raw: Record<string, unknown>, field: string, allowed: readonly T[]): T | undefined {
    const value = raw[field]
    if (value === undefined) return undefined
    const known = allowed.find((one) => one === value)
    if (!known) this.#fail(`/${field}`, 'enum', `must be one of ${allowed.join(', ')}`)
    return known
  }

  #dependencies(value: unknown): Record<string, string> {
    if (value === undefined) return {}
    if (!isJsonObject(value)) {
      this.#fail('/dependencies', 'type', 'must be an object of semver ranges by plugin id')
      return {}
    }
    for (const [id, range] of Object.entries(value)) {
      if (!PLUGIN_ID.test(id)) this.#fail(`/dependencies/${id}`, 'pattern', 'is not a plugin id')
      else if (typeof range !== 'string' || validRange(range) === null)
        this.#fail(`/dependencies/${id}`, 'semver', 'must be a semver range')
    }
    return value as Record<string, string>
  }

  #events(value: unknown): readonly string[] {
    if (value === undefined) return ['**']
    if (!Array.isArray(value)) {
      this.#fail('/events', 'type', 'must be a list of topic patterns')
      return []
    }
    value.forEach((pattern, index) => {
      if (typeof pattern !== 'string' || !isTopicPattern(pattern))
        this.#fail(`/events/${index}`, 'pattern', 'must be a topic pattern, such as vm.* or **')
    })
    return value as string[]
  }

  permissions(value: unknown): readonly Permission[] {
    if (value === undefined) return []
    if (!Array.isArray(value)) {
      this.#fail('/permissions', 'type', 'must be a list')
      return []
    }
    value.forEach((permission: unknown, index) => this.#permission(permission, `/permissions/${index}`))
    return value as Permission[]
  }

  #permission(permission: unknown, pointer: string): void {
    if (typeof permission === 'string' && PERMISSION_NAMES.includes(permission)) return
    if (!isJsonObject(permission)) {
      return this.#fail(
        pointer,
        'enum',
        `must be one of ${PERMISSION_NAMES.join(', ')}, or an object for FileSystemAccess or MemoryAllocation`,
      )
    }
    const fields = permission.name === 'MemoryAllocation' ? ['name', 'bytes'] : ['name', 'read', 'write']
    for (const field of Object.keys(permission))
      if (!fields.includes(field)) this.#fail(`${pointer}/${field}`, 'unknown', `is none of ${fields.join(', ')}`)
    if (permission.name === 'MemoryAllocation') {
      if (!Number.isSafeInteger(permission.bytes) || (permission.bytes as number) <= 0)
        this.#fail(`${pointer}/bytes`, 'type', 'must be a number of bytes')
      return
    }
    if (permission.name !== 'FileSystemAccess')
      return this.#fail(`${pointer}/name`, 'enum', 'must be FileSystemAccess or MemoryAllocation')
    for (const kind of ['read', 'write'] as const) {
      const paths = permission[kind]
      if (paths === undefined) continue
      if (!Array.isArray(paths)) this.#fail(`${pointer}/${kind}`, 'type', 'must be a list of folders')
      else if (!paths.every((path) => typeof path === 'string' && isAbsolute(path) && !path.includes('*'))) {
        // Node treats `*` as a prefix match, so the grant would also cover sibling folders.
        this.#fail(`${pointer}/${kind}`, 'pattern', 'must hold absolute paths without *')
      }
    }
  }

  #limits(value: unknown): PluginLimits | undefined {
    if (value === undefined) return undefined
    const violations = isJsonObject(value) ? limitViolations(value) : [{ limit: '', message: 'must be an object' }]
    for (const { limit, message } of violations) this.#fail(`/limits${limit && `/${limit}`}`, 'limit', message)
    return violations.length === 0 ? (value as PluginLimits) : undefined
  }

  #schema(value: unknown): JsonObject | undefined {
    if (value === undefined) return undefined
    if (!isJsonObject(value)) this.#fail('/configSchema', 'type', 'must be a JSON Schema object')
    else if (JSON.stringify(value).length > MAX_SCHEMA_BYTES)
      this.#fail('/configSchema', 'maxLength', `must have at most ${MAX_SCHEMA_BYTES} bytes`)
    else if (isDeeper(value, MAX_SCHEMA_DEPTH))
      this.#fail('/configSchema', 'depth', `must be nested at most ${MAX_SCHEMA_DEPTH} levels deep`)
    else return value
    return undefined
  }
}
