import { MAX_LOG_ENTRIES, type LogLine, type LogTail, type LogTailDelta } from '@plugboard/protocol'
import type { TopicHub } from './topic-hub.ts'

const TOPIC = 'logs'
const FLUSH_MS = 250
/** A person cannot read more. The last ones are sent, and the others counted. */
const MAX_PER_FLUSH = 50

/** The `logs` topic: the tail of what all plugins say. */
export class LiveLogs {
  readonly #hub: TopicHub
  #recent: LogLine[] = []
  #pending: LogLine[] = []
  #skipped = 0
  #timer: NodeJS.Timeout | undefined

  constructor(hub: TopicHub) {
    this.#hub = hub
  }

  snapshot(): LogTail {
    this.#flush()
    return { lines: [...this.#recent], skipped: 0 }
  }

  takeLine(line: LogLine): void {
    this.#pending.push(line)
    if (this.#pending.length > MAX_PER_FLUSH) {
      this.#pending.shift()
      this.#skipped += 1
    }
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#pending.length === 0) return
    const [lines, skipped] = [this.#pending, this.#skipped]
    this.#pending = []
    this.#skipped = 0
    this.#recent = [...this.#recent, ...lines].slice(-MAX_LOG_ENTRIES)
    this.#hub.publish(TOPIC, { lines, skipped } satisfies LogTailDelta)
  }
}
