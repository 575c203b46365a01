import type { DeadLetter } from '@plugboard/core'
import type { LetterGroupView } from '@plugboard/protocol'
import { createHash } from 'node:crypto'
import { basename, dirname, extname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LetterDisplay } from '../views/event.ts'

/** The dead letters of one plugin. */
export interface PluginLetters {
  readonly pluginId: string
  /** The path it was loaded from: places in its code are told from there. */
  readonly path: string
  /** The newest first. */
  readonly letters: readonly DeadLetter[]
}

/** What letters have in common that failed for the same reason. */
interface Cause {
  readonly key: string
  readonly place: string | null
}

const MAX_TYPES = 5
/** Of a message, as far as it tells one reason from another. */
const MAX_COMPARED = 300
/** So many letters are looked at before others get their turn. */
const LETTERS_PER_TURN = 500

const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g
const NUMBER = /\b(?:0x)?[0-9a-f]*[0-9][0-9a-f]*\b/gi
const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^\s()]+|[A-Za-z]:[^\s()]+):(\d+):\d+\)?$/

/** Puts dead letters together by plugin, error and place in the plugin's code. */
export class LetterGroups {
  readonly #display: Pick<LetterDisplay, 'errorOf'>
  /** A letter does not change: one whose events were replayed in part is another object. */
  readonly #causes = new WeakMap<DeadLetter, Cause>()

  constructor(display: Pick<LetterDisplay, 'errorOf'>) {
    this.#display = display
  }

  /** The newest first. */
  async groupsOf(plugins: readonly PluginLetters[]): Promise<LetterGroupView[]> {
    const groups: LetterGroupView[] = []
    let looked = 0
    for (const plugin of plugins) {
      const members = new Map<string, DeadLetter[]>()
      for (const letter of plugin.letters) {
        const { key } = this.#causeOf(plugin, letter)
        const known = members.get(key)
        if (known) known.push(letter)
        else members.set(key, [letter])
        looked += 1
        if (looked % LETTERS_PER_TURN === 0) await nextTurn()
      }
      for (const letters of members.values()) groups.push(this.#group(plugin, letters))
    }
    return groups.toSorted((a, b) => b.lastAt - a.lastAt)
  }

  /** Those of one group. */
  lettersOf(plugin: PluginLetters, key: string): DeadLetter[] {
    return plugin.letters.filter((letter) => this.#causeOf(plugin, letter).key === key)
  }

  /** @param letters one at least, the newest first */
  #group(plugin: PluginLetters, letters: readonly DeadLetter[]): LetterGroupView {
    const { pluginId } = plugin
    const newest = letters[0]!
    const events = letters.flatMap((letter) => letter.events)
    return {
      ...this.#causeOf(plugin, newest),
      pluginId,
      reason: newest.reason,
      error: this.#display.errorOf(pluginId, newest),
      letters: letters.length,
      events: events.length,
      types: mostFrequent(events.map(({ type }) => type)),
      firstAt: letters.at(-1)!.at,
      lastAt: newest.at,
    }
  }

  #causeOf(plugin: PluginLetters, letter: DeadLetter): Cause {
    const known = this.#causes.get(letter)
    if (known) return known
    const { name, code, message, stack } = this.#display.errorOf(plugin.pluginId, letter)
    const place = stack === null ? null : placeIn(stack, plugin.path)
    const parts = [plugin.pluginId, letter.reason, name, code, withoutValues(message), place]
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
    const cause = { key, place }
    this.#causes.set(letter, cause)
    return cause
  }
}

/** A message without what differs from event to event: numbers, ids, quoted texts. */
export function withoutValues(message: string): string {
  return message.slice(0, MAX_COMPARED).replaceAll(UUID, '#').replaceAll(QUOTED, '"…"').replaceAll(NUMBER, '#')
}

/** The innermost line of the plugin's own code, packages left out. @param path of the plugin */
export function placeIn(stack: string, path: string): string | null {
  const folder = `${extname(path) === '' ? path : dirname(path)}/`
  for (const line of stack.split('\n')) {
    const [, file, lineNumber] = FRAME.exec(line) ?? []
    if (file === undefined || file.includes('/node_modules/')) continue
    const shown = file.startsWith(folder) ? file.slice(folder.length) : basename(file)
    return `${decoded(shown)}:${lineNumber}`
  }
  return null
}

/** A stack is the plugin's own words: what is no address stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function mostFrequent(types: readonly string[]): string[] {
  const counts = Map.groupBy(types, (type) => type)
  return [...counts]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_TYPES)
    .map(([type]) => type)
}
