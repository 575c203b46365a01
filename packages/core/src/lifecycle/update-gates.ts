import type { Permission, PluginMetadata } from '@plugboard/plugin-sdk'
import { major, satisfies } from 'semver'
import type { GraphNode } from '../catalog/dependency-graph.ts'
import { missingPermissions } from '../catalog/permission.ts'
import type { ErrorBrief } from '../errors/error-brief.ts'

/** What each gate says in `details`. */
export interface GateDetails {
  /** It requests permissions that are not granted. */
  permissions: { readonly missing: readonly Permission[] }
  /** The config that is set does not fit its schema. */
  config: { readonly error: ErrorBrief }
  /** Plugins need another version. */
  dependents: { readonly dependents: readonly { readonly id: string; readonly range: string }[] }
  major: { readonly from: string; readonly to: string }
  /** It is made for another version of Plugboard. */
  engine: { readonly range: string; readonly found: string }
  /** An operator holds the plugin at a version. */
  pinned: { readonly version: string }
  /** This version was taken back before, or an operator does not want it. */
  banned: { readonly reason: string; readonly at: number }
  /** No trusted key has signed it. */
  unsigned: null
}

export type GateCode = keyof GateDetails

/** A reason not to update, unless the caller accepts it. */
export type Gate = {
  [Code in GateCode]: {
    readonly code: Code
    /** One plain sentence. */
    readonly message: string
    readonly details: GateDetails[Code]
  }
}[GateCode]

interface Versions {
  readonly before: PluginMetadata
  readonly after: PluginMetadata
  readonly grants: readonly Permission[]
  /** Why the config that is set does not do; null: it does. */
  readonly configError: ErrorBrief | null
  /** The other plugins that are loaded. */
  readonly others: readonly GraphNode[]
}

/** What differs between two versions so that somebody should know before. */
export function gatesOf({ before, after, grants, configError, others }: Versions): Gate[] {
  const gates: Gate[] = []
  const [from, to] = [before.version, after.version]
  const missing = missingPermissions(after.permissions, grants)
  if (missing.length > 0) {
    const names = missing.map((one) => (typeof one === 'string' ? one : one.name)).join(', ')
    gates.push({
      code: 'permissions',
      message: `It requests permissions that are not granted: ${names}.`,
      details: { missing },
    })
  }
  if (configError) {
    const reason = configError.message.replace(/^config refused: /, '')
    const message = `Its config does not fit the new schema: ${reason}.`
    gates.push({ code: 'config', message, details: { error: configError } })
  }
  const dependents = others.flatMap(({ id, dependencies }) => {
    const range = dependencies[after.id]
    // One that does without it already is not made worse.
    return range === undefined || satisfies(to, range) || !satisfies(from, range) ? [] : [{ id, range }]
  })
  if (dependents.length > 0) {
    const needs = dependents.map(({ id, range }) => `${id} needs ${range}`).join(', ')
    gates.push({ code: 'dependents', message: `Plugins need another version: ${needs}.`, details: { dependents } })
  }
  if (major(from) !== major(to)) {
    gates.push({ code: 'major', message: `${to} is another major version than ${from}.`, details: { from, to } })
  }
  return gates
}
