import type { SharedChange } from '@plugboard/plugin-sdk'

/** Larger batches would keep a guest from reading anything else. A single change is smaller than this. */
const MAX_BATCH_CHARACTERS = 1_048_576

/**
 * Tells one instance what changed in shared data, if it listens. The next changes are sent when it has taken the last
 * ones; until then only the latest change of each key is kept, so a slow instance costs no more than the data itself.
 */
export class SharedFeed {
  readonly #send: (changes: readonly SharedChange[]) => void
  readonly #waiting = new Map<string, SharedChange>()
  #isListening = false
  #isUnderWay = false

  constructor(send: (changes: readonly SharedChange[]) => void) {
    this.#send = send
  }

  listen(isListening: boolean): void {
    this.#isListening = isListening
    if (!isListening) this.#waiting.clear()
  }

  tell(change: SharedChange): void {
    if (!this.#isListening) return
    // At the end: the versions that a listener sees of all keys only grow.
    this.#waiting.delete(change.key)
    this.#waiting.set(change.key, change)
    this.#flush()
  }

  /** It has taken what was sent last. */
  taken(): void {
    this.#isUnderWay = false
    this.#flush()
  }

  #flush(): void {
    if (this.#isUnderWay || this.#waiting.size === 0) return
    this.#isUnderWay = true
    this.#send(this.#nextBatch())
  }

  #nextBatch(): SharedChange[] {
    const batch: SharedChange[] = []
    let characters = 0
    for (const change of this.#waiting.values()) {
      characters += JSON.stringify(change).length
      if (batch.length > 0 && characters > MAX_BATCH_CHARACTERS) break
      this.#waiting.delete(change.key)
      batch.push(change)
    }
    return batch
  }
}
