import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { OutputTail } from './output-tail.ts'

function read() {
  const stream = new PassThrough()
  const lines: string[] = []
  const tail = new OutputTail(stream, (line) => lines.push(line))
  return { stream, lines, tail }
}

test('a long line is one line: its beginning, and how long it was', async () => {
  const { stream, lines } = read()
  stream.write('x'.repeat(100_000))
  stream.write(`${'y'.repeat(100_000)}\nnext\n`)
  await expect.poll(() => lines.length).toBe(2)
  expect(lines[0]).toBe(`${'x'.repeat(8_192)}… (200000 characters)`)
  expect(lines[1]).toBe('next')
})

test('a line of 8,192 characters is passed on as it is, and empty lines are left out', async () => {
  const { stream, lines } = read()
  stream.end(`${'x'.repeat(8_192)}\n\n\n`)
  await expect.poll(() => lines).toEqual(['x'.repeat(8_192)])
})

test('a line without an end is passed on after a second, and what follows is a line of its own', async () => {
  const { stream, lines } = read()
  stream.write('Password: ')
  await expect.poll(() => lines).toEqual(['Password: '])
  stream.end('done')
  await expect.poll(() => lines).toEqual(['Password: ', 'done'])
})
