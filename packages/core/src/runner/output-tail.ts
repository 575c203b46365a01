import type { Readable } from 'node:stream'

const TAIL_CHARACTERS = 4_096
const MAX_LINE = 8_192
/** Each time a stream has written this many characters, reading from it is paused for one second. */
const BYTES_PER_SECOND = 256 * 1_024

/** Reads a guest's stdout or stderr line by line, no faster than the budget, and keeps its end. */
export class OutputTail {
  #tail = ''
  #line = ''
  #budget = BYTES_PER_SECOND
  readonly #onLine: (line: string) => void

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#onLine = onLine
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      this.#take(text)
      this.#budget -= text.length
      if (this.#budget > 0) return
      stream.pause()
      setTimeout(() => {
        this.#budget = BYTES_PER_SECOND
        stream.resume()
      }, 1_000).unref()
    })
    stream.on('end', () => this.#flush())
    stream.on('error', () => {})
  }

  get text(): string {
    return this.#tail
  }

  #take(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS)
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop()!
    for (const line of lines) if (line !== '') this.#onLine(line.slice(0, MAX_LINE))
    if (this.#line.length > MAX_LINE) this.#flush()
  }

  #flush(): void {
    if (this.#line !== '') this.#onLine(this.#line.slice(0, MAX_LINE))
    this.#line = ''
  }
}
