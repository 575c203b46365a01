import Anser from 'anser'

/** A part of a text that looks the same all through. */
export interface TerminalPart {
  readonly content: string
  /** Classes of the board's own colours. */
  readonly look: string
}

const INK: Readonly<Record<string, string>> = {
  'ansi-red': 'text-bad',
  'ansi-green': 'text-good',
  'ansi-yellow': 'text-warn',
  'ansi-blue': 'text-accent',
  'ansi-magenta': 'text-chart-4',
  'ansi-cyan': 'text-chart-2',
}
const WEIGHT: Readonly<Record<string, string>> = {
  bold: 'font-bold',
  dim: 'opacity-70',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'line-through',
}
/** Sequences that move a cursor, or clear a part of the screen: there is none here. */
// oxlint-disable-next-line no-control-regex -- such a sequence begins with one
const OTHER_SEQUENCES = /\u001B(?:\[[\d;?]*[A-Za-ln-z]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\^_])/g

/** A text that was meant for a terminal: its colours become those of the board. */
export function terminalParts(text: string): TerminalPart[] {
  if (!text.includes('\u001B')) return [{ content: text, look: '' }]
  const parts = Anser.ansiToJson(withoutOthers(text), { use_classes: true, remove_empty: true })
  return parts.map(({ content, fg, decorations }) => {
    const looks = [INK[fg?.replace('bright-', '') ?? ''], ...decorations.map((one) => WEIGHT[one])]
    return { content, look: looks.filter((look) => look !== undefined).join(' ') }
  })
}

/** The text as it reads, for the clipboard. */
export function plainText(text: string): string {
  return terminalParts(text)
    .map(({ content }) => content)
    .join('')
}

function withoutOthers(text: string): string {
  return text.replaceAll(OTHER_SEQUENCES, '')
}
