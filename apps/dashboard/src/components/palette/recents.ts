import { keep, readKept } from '@/hooks/storage'
import type { Command } from './commands'

const KEY = 'plugboard.recents'
const KEPT = 5

/** What was chosen last, the latest first; what does not exist any more is left out. */
export function recentsOf(commands: readonly Command[]): readonly Command[] {
  return keptIds().flatMap((id) => commands.find((command) => command.id === id) ?? [])
}

export function noteRecent({ id }: Command): void {
  keep('localStorage', KEY, JSON.stringify([id, ...keptIds().filter((one) => one !== id)].slice(0, KEPT)))
}

function keptIds(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(readKept('localStorage', KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}
