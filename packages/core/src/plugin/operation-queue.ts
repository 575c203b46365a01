interface Operation {
  readonly kind: string
  readonly controller: AbortController
  readonly result: Promise<unknown>
}

/** Runs the operations on one plugin one at a time, in order [LC6.a]. */
export class OperationQueue {
  /** Those that have not finished, in order. */
  readonly #operations: Operation[] = []

  /**
   * Queues an operation. Its signal fires when a later operation with `aborts` is queued before it has finished. The
   * operation itself decides how to react.
   */
  run<T>(kind: string, work: (signal: AbortSignal) => Promise<T>, { aborts = false } = {}): Promise<T> {
    if (aborts) for (const earlier of this.#operations) earlier.controller.abort()
    const controller = new AbortController()
    const before = this.#operations.at(-1)?.result ?? Promise.resolve()
    const begin = async (): Promise<T> => {
      try {
        return await work(controller.signal)
      } finally {
        this.#operations.shift()
      }
    }
    const result = before.then(begin, begin)
    this.#operations.push({ kind, controller, result })
    return result
  }

  /** Like `run`, but joins an operation of the same kind when that is the last one queued or running. */
  join<T>(
    kind: string,
    work: (signal: AbortSignal) => Promise<T>,
    options: { readonly aborts?: boolean } = {},
  ): Promise<T> {
    const last = this.#operations.at(-1)
    return last?.kind === kind ? (last.result as Promise<T>) : this.run(kind, work, options)
  }
}
