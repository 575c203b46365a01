import type { UpdatePlan } from '@plugboard/core'
import type { ComparisonView, UpdatePlanView, VersionView } from '@plugboard/protocol'
import type { Comparison, InstalledVersion } from '@plugboard/catalog'
import type { BanRow } from '../store/tables/versions.ts'
import { wirePermissions } from './permission.ts'

interface Version {
  readonly installed: InstalledVersion
  readonly current: boolean
  readonly standby: boolean
  readonly pinned: boolean
  readonly ban: BanRow | null
}

export function versionView({ installed, current, standby, pinned, ban }: Version): VersionView {
  const { id, version, digest, signedBy, installedAt, installedBy, from, sizeBytes, engine } = installed
  const banned = ban && { reason: ban.reason, at: ban.at, by: ban.by }
  return {
    id,
    version,
    digest,
    current,
    standby,
    pinned,
    banned,
    signedBy,
    installedAt,
    installedBy,
    from,
    sizeBytes,
    engine,
  }
}

export function comparisonView({ metadata, permissions, schema, files }: Comparison): ComparisonView {
  return {
    metadata: [...metadata],
    permissions: { added: wirePermissions(permissions.added), removed: wirePermissions(permissions.removed) },
    schema: [...schema],
    files: [...files],
  }
}

export function updatePlanView({ gates, steps, ...rest }: UpdatePlan): UpdatePlanView {
  return { ...rest, gates: [...gates], steps: [...steps] }
}
