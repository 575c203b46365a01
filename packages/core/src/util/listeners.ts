import type { Dispose } from '@plugboard/plugin-sdk'

/** An ordered set of listeners; the same function may be in it twice. */
export class Listeners<T> {
  readonly #entries = new Set<{ readonly listener: (value: T) => unknown }>()

  get size(): number {
    return this.#entries.size
  }

  add(listener: (value: T) => unknown): Dispose {
    const entry = { listener }
    this.#entries.add(entry)
    return () => void this.#entries.delete(entry)
  }

  /** Calls each listener; the others are called even if one throws, now or later. */
  emit(value: T, onThrow: (thrown: unknown) => void): void {
    for (const { listener } of [...this.#entries]) {
      try {
        const result = listener(value)
        if (result instanceof Promise) result.catch(onThrow)
      } catch (thrown) {
        onThrow(thrown)
      }
    }
  }

  /** Calls and awaits each listener in turn, then throws what the first failing one threw. */
  async emitInTurn(value: T): Promise<void> {
    const thrown: unknown[] = []
    for (const { listener } of [...this.#entries]) {
      try {
        await listener(value)
      } catch (error) {
        thrown.push(error)
      }
    }
    if (thrown.length > 0) throw thrown[0]
  }
}
