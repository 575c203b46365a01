import type { LogLevel } from '@plugboard/protocol'
import { LEVELS } from './levels'

/** What a search of the log asks for, as the server takes it. */
export interface LogWords {
  /** Of plugins; empty: of all. */
  readonly ids: readonly string[]
  /** At least; null: any. */
  readonly level: LogLevel | null
  /** `name=value`; an entry has all of them. */
  readonly fields: readonly string[]
  /** An entry has all of them. */
  readonly texts: readonly string[]
  /** Names that are of no plugin. */
  readonly unknown: readonly string[]
}

interface Named {
  readonly id: string
  readonly name: string
}

const WORD = /plugin:\([^)]*\)|[^\s"=]+="[^"]*"|"[^"]*"|\S+/g

/**
 * Reads `plugin:(billing stripe) level>=warn code=expired_card "no such card"`: several plugins, the least level, a field, a
 * phrase. Any other word is searched for as it is, such as `C:\temp`.
 */
export function parseLogWords(text: string, plugins: readonly Named[]): LogWords {
  const [ids, unknown] = [new Set<string>(), new Set<string>()]
  const [fields, texts]: [string[], string[]] = [[], []]
  let level: LogLevel | null = null
  for (const [word] of text.matchAll(WORD)) {
    const names = /^plugin:\(?([^)]*)\)?$/.exec(word)?.[1]
    const least = LEVELS.find((one) => one === /^level(?:>=|[:=])(.*)$/.exec(word)?.[1])
    const field = /^([\w.-]+)=(.+)$/.exec(word)
    if (names !== undefined) {
      for (const name of names.split(/[\s,]+/).filter(Boolean)) {
        const found = pluginsCalled(name.toLowerCase(), plugins)
        for (const { id } of found) ids.add(id)
        if (found.length === 0) unknown.add(name)
      }
    } else if (least) level = least
    else if (field) fields.push(`${field[1]}=${unquoted(field[2]!)}`)
    else texts.push(unquoted(word))
  }
  return { ids: [...ids], level, fields, texts: texts.filter((one) => one !== ''), unknown: [...unknown] }
}

/** The one with this id, or else all whose id or name begins like it. */
function pluginsCalled(name: string, plugins: readonly Named[]): readonly Named[] {
  const exact = plugins.filter(({ id }) => id === name)
  if (exact.length > 0) return exact
  return plugins.filter((plugin) => plugin.id.startsWith(name) || plugin.name.toLowerCase().startsWith(name))
}

function unquoted(word: string): string {
  return word.length > 1 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word
}

/** A field and its value as a search writes them. */
export function fieldWord(name: string, value: string): string {
  return /^[^\s"]+$/.test(value) ? `${name}=${value}` : `${name}="${value.replaceAll('"', '')}"`
}
