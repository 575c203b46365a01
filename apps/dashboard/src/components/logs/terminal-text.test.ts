import { expect, test } from 'vitest'
import { plainText, terminalParts } from './terminal-text'

test('colours of a terminal become those of the board; other sequences are left out', () => {
  const text = '\u001B[1;31mfailed\u001B[0m after \u001B[2K\u001B[93m3\u001B[39m tries\u001B]0;title\u0007'
  expect(terminalParts(text)).toEqual([
    { content: 'failed', look: 'text-bad font-bold' },
    { content: ' after ', look: '' },
    { content: '3', look: 'text-warn' },
    { content: ' tries', look: '' },
  ])
  expect(plainText(text)).toBe('failed after 3 tries')
})

test('a text without sequences stays as it is', () => {
  expect(terminalParts('[31m & <b>')).toEqual([{ content: '[31m & <b>', look: '' }])
  expect(plainText('[31m')).toBe('[31m')
})
