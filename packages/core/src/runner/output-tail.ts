import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { cutText } from '../util/cut-text.ts'

const TAIL_CHARACTERS = 4_096
const MAX_LINE = 8_192
/** Each time a stream has written this many characters, reading from it is paused for one second. */
const BYTES_PER_SECOND = 256 * 1_024
/** A line without an end is passed on when nothing has followed for so long: a prompt, a progress bar. */
const UNFINISHED_MS = 1_000

/**
 * Reads a guest's stdout or stderr line by line, no faster than the budget, and keeps its end. Of a long line the
 * beginning is passed on, with its length.
 */
export class OutputTail {
  #tail = ''
  /** The beginning of the line that has no end yet, and how long it is. */
  #line = ''
  #lineLength = 0
  #budget = BYTES_PER_SECOND
  #timer: NodeJS.Timeout | undefined
  readonly #stream: Readable
  readonly #onLine: (line: string) => void

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#stream = stream
    this.#onLine = onLine
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      this.#take(text)
      this.#budget -= text.length
      if (this.#budget > 0) return
      stream.pause()
      setTimeout(() => {
        this.#budget = Math.max(this.#budget, BYTES_PER_SECOND)
        stream.resume()
      }, 1_000).unref()
    })
    stream.on('end', () => this.#endLine())
    stream.on('error', () => {})
  }

  /** Reads what is left without a pause: its writer has ended, so no more than the pipe holds. Resolves at its end. */
  async finish(): Promise<void> {
    this.#budget = Infinity
    this.#stream.resume()
    await finished(this.#stream).catch(() => {})
  }

  get text(): string {
    return this.#tail
  }

  #take(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS)
    clearTimeout(this.#timer)
    const parts = text.split('\n')
    parts.forEach((part, index) => {
      this.#line += part.slice(0, MAX_LINE - this.#line.length)
      this.#lineLength += part.length
      if (index < parts.length - 1) this.#endLine()
    })
    if (this.#lineLength > 0) this.#timer = setTimeout(() => this.#endLine(), UNFINISHED_MS).unref()
  }

  #endLine(): void {
    clearTimeout(this.#timer)
    if (this.#lineLength > 0) this.#onLine(cutText(this.#line, MAX_LINE, this.#lineLength))
    this.#line = ''
    this.#lineLength = 0
  }
}
