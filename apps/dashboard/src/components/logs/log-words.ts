import type { LogLevel } from '@plugboard/protocol'
import { LEVELS } from './levels'

/** What a search of the log asks for, as the server takes it. */
export interface LogWords {
  /** Of plugins; null: of all. A name that is of no plugin stands for itself: logs stay when a plugin is unloaded. */
  readonly ids: readonly string[] | null
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

const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`
const BARE_NAME = String.raw`[^\s"=()]+`
const WORD = new RegExp(
  String.raw`plugin:\([^)]*\)|(?:${QUOTED}|${BARE_NAME})=(?:${QUOTED}|[^\s"]\S*)|${QUOTED}|\S+`,
  'g',
)
const FIELD = new RegExp(`^(${QUOTED}|${BARE_NAME})=(.+)$`, 's')
const PLAIN_NAME = new RegExp(`^${BARE_NAME}$`)
/** As much as the server takes for one. */
const MAX_LENGTH = 256

/**
 * Reads `plugin:(billing stripe) level>=warn code=expired_card "no such card"`: several plugins, the least level, a field, a
 * phrase. Words that follow each other are one phrase, as they are: `C:\temp is full`.
 */
export function parseLogWords(text: string, plugins: readonly Named[]): LogWords {
  const unknown = new Set<string>()
  const [fields, texts]: [string[], string[]] = [[], []]
  let ids: Set<string> | null = null
  let level: LogLevel | null = null
  /** Where the last plain word ended; -1: another word came after it. */
  let phraseEnd = -1
  for (const match of text.matchAll(WORD)) {
    const [word] = match
    const names = /^plugin:\(?([^)]*)\)?$/.exec(word)?.[1]
    const least = LEVELS.find((one) => one === /^level(?:>=|[:=])(.*)$/.exec(word)?.[1])
    const field = FIELD.exec(word)
    const before = phraseEnd
    phraseEnd = -1
    if (names !== undefined) {
      ids ??= new Set()
      for (const name of names.split(/[\s,]+/).filter(Boolean)) {
        const found = pluginsCalled(name.toLowerCase(), plugins)
        if (found.length === 0) unknown.add(name)
        for (const { id } of found.length > 0 ? found : [{ id: name }]) ids.add(id)
      }
    } else if (least) level = least
    else if (field) fields.push(`${unquoted(field[1]!)}=${unquoted(field[2]!)}`)
    else if (isQuoted(word)) texts.push(unquoted(word))
    else {
      const gap = before < 0 ? null : text.slice(before, match.index)
      if (gap === null) texts.push(word)
      else texts.push(`${texts.pop()!}${gap}${word}`)
      phraseEnd = match.index + word.length
    }
  }
  return { ids: ids && [...ids], level, fields, texts: texts.filter((one) => one !== ''), unknown: [...unknown] }
}

/** The one with this id, or else all whose id or name begins like it. */
function pluginsCalled(name: string, plugins: readonly Named[]): readonly Named[] {
  const exact = plugins.filter(({ id }) => id === name)
  if (exact.length > 0) return exact
  return plugins.filter((plugin) => plugin.id.startsWith(name) || plugin.name.toLowerCase().startsWith(name))
}

function isQuoted(word: string): boolean {
  return word.length > 1 && word.startsWith('"') && word.endsWith('"')
}

function unquoted(word: string): string {
  if (!isQuoted(word)) return word
  try {
    return JSON.parse(word) as string
  } catch {
    return word.slice(1, -1)
  }
}

/**
 * A field and its value as a search writes them, so that it reads them again as they are.
 * @param value as the entry shows it: text as it is, anything else as JSON
 * @returns null for what is too long to be searched for
 */
export function fieldWord(name: string, value: string): string | null {
  if (name.length + value.length >= MAX_LENGTH || name === '' || value === '') return null
  const shownName = PLAIN_NAME.test(name) ? name : JSON.stringify(name)
  const shownValue = /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)
  return `${shownName}=${shownValue}`
}
