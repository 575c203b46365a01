import type { IconName } from '@/components/ui/icon'

/** Something that the palette can do. */
export interface Command {
  readonly id: string
  readonly title: string
  /** What else it is found by, and shown with. */
  readonly hint: string
  readonly icon: IconName
  /** It is about something that is wrong. */
  readonly tone?: 'bad'
  readonly run: () => void
}

const MAX_SHOWN = 50

/** Those that match, the best first: what begins a word counts more than what is somewhere inside. */
export function matchCommands(commands: readonly Command[], query: string): readonly Command[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return commands.slice(0, MAX_SHOWN)
  return commands
    .map((command) => ({ command, score: scoreOf(`${command.title} ${command.hint}`.toLowerCase(), words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_SHOWN)
    .map(({ command }) => command)
}

/** 0 when a word is missing. */
function scoreOf(text: string, words: readonly string[]): number {
  let score = 0
  for (const word of words) {
    const at = text.indexOf(word)
    if (at < 0) return 0
    const beginsWord = [' ', '.', '_', '-'].some((before) => text.includes(before + word))
    score += at === 0 ? 4 : beginsWord ? 3 : 1
  }
  return score
}
