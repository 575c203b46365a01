import type { LogEntry } from '@plugboard/protocol'
import type { ClipboardEvent } from 'react'
import { plainText } from './terminal-text'

/** Puts the selected entries on the clipboard, one line each, with their moment in UTC. A part of one entry is copied as it is. */
export function copyLines(event: ClipboardEvent<HTMLElement>, lines: readonly LogEntry[]): void {
  const selection = document.getSelection()
  const selected = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-line]')].filter((row) =>
    selection?.containsNode(row, true),
  )
  if (selected.length < 2) return
  const text = selected.flatMap((row) => lineOf(lines[Number(row.dataset.line)])).join('\n')
  event.clipboardData.setData('text/plain', text)
  event.preventDefault()
}

function lineOf(line: LogEntry | undefined): string[] {
  if (!line) return []
  const { at, level, origin, message, fields } = line
  const parts = [new Date(at).toISOString(), level.toUpperCase(), origin, plainText(message)]
  return [[...parts, ...(fields ? [JSON.stringify(fields)] : [])].join(' ')]
}
