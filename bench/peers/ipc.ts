import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { stamped } from '../event.ts'
import { perSecond } from '../measure.ts'

const BATCH = 256
const BATCHES_IN_FLIGHT = 4
const AHEAD = 8_000

/** Bare children over Node's own IPC: what there is without any runtime. Each message is answered by its count of events. */
export class IpcPeer {
  readonly #children: readonly ChildProcess[]
  #answered = 0
  #onAnswer: () => void = () => {}

  constructor(children = 1) {
    this.#children = Array.from({ length: children }, () => {
      const child = fork(join(import.meta.dirname, 'ipc-child.mjs'), { execArgv: [] })
      child.on('message', (count: number) => {
        this.#answered += count
        this.#onAnswer()
      })
      return child
    })
  }

  get pids(): number[] {
    return this.#children.map(({ pid }) => pid!)
  }

  /** One message per event and child; returns deliveries per second. */
  async sendAll(events: number): Promise<number> {
    this.#answered = 0
    const begin = performance.now()
    for (let n = 0; n < events; n += 1) {
      const event = stamped(n)
      for (const child of this.#children) child.send(event)
      if (n % 100 === 99) await this.#until(n * this.#children.length - AHEAD)
    }
    await this.#until(events * this.#children.length)
    return perSecond(this.#answered, begin)
  }

  /** Batches to the first child, so many in flight; returns events per second. */
  async sendBatches(events: number): Promise<number> {
    this.#answered = 0
    const begin = performance.now()
    for (let n = 0; n < events; n += BATCH) {
      this.#children[0]!.send(Array.from({ length: BATCH }, (_, index) => stamped(n + index)))
      await this.#until(n + BATCH - BATCHES_IN_FLIGHT * BATCH)
    }
    await this.#until(Math.ceil(events / BATCH) * BATCH)
    return perSecond(this.#answered, begin)
  }

  async roundTrip(): Promise<void> {
    this.#answered = 0
    this.#children[0]!.send(stamped(0))
    await this.#until(1)
  }

  close(): void {
    for (const child of this.#children) child.kill()
  }

  #until(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswer = () => {
        if (this.#answered >= count) resolve()
      }
      this.#onAnswer()
    })
  }
}
