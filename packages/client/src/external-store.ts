/** A value outside of any view library; `subscribe` and `get` are what `useSyncExternalStore` takes. */
export interface ReadableStore<T> {
  readonly get: () => T
  /** Calls back after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void
}

export class Store<T> implements ReadableStore<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(initial: T) {
    this.#value = initial
  }

  readonly get = (): T => this.#value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }
}
