import type { LogEntry } from '@plugboard/protocol'
import type { ClipboardEvent } from 'react'
import { plainText } from './terminal-text'

type Line = LogEntry & { readonly id?: string }

/** Entries as a text, one line each, with their moment in UTC; those of several plugins with their id. */
export function linesText(lines: readonly Line[]): string {
  return lines.map((line) => `${lineOf(line, { withId: true })}\n`).join('')
}

/** Puts the selected entries on the clipboard, one line each, with their moment in UTC. A part of one entry is copied as it is. */
export function copyLines(
  event: ClipboardEvent<HTMLElement>,
  lines: readonly Line[],
  { withId }: { readonly withId: boolean },
): void {
  const selection = document.getSelection()
  const selected = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line]')].filter((row) =>
    selection?.containsNode(row, true),
  )
  if (selected.length < 2) return
  const text = selected
    .flatMap((row) => lines[Number(row.dataset.line)] ?? [])
    .map((line) => lineOf(line, { withId }))
    .join('\n')
  event.clipboardData.setData('text/plain', text)
  event.preventDefault()
}

function lineOf({ id, at, level, origin, message, fields }: Line, { withId }: { readonly withId: boolean }): string {
  const parts = [new Date(at).toISOString(), level.toUpperCase(), ...(withId && id !== undefined ? [id] : []), origin]
  return [...parts, plainText(message), ...(fields ? [JSON.stringify(fields)] : [])].join(' ')
}
