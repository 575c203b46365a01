interface Operation {
  readonly kind: string
  readonly controller: AbortController
  readonly result: Promise<unknown>
}

/** Runs the operations on one plugin one at a time, in order [LC6]. */
export class OperationQueue {
  #last: Operation | undefined
  #running: Operation | undefined

  /**
   * Queues an operation. Its signal fires when a later one that `aborts` is queued while it runs; what it does with
   * that is its own matter.
   */
  run<T>(kind: string, work: (signal: AbortSignal) => Promise<T>, { aborts = false } = {}): Promise<T> {
    if (aborts) this.#running?.controller.abort()
    const controller = new AbortController()
    const before = this.#last?.result ?? Promise.resolve()
    const begin = async (): Promise<T> => {
      this.#running = operation
      try {
        return await work(controller.signal)
      } finally {
        this.#running = undefined
        if (this.#last === operation) this.#last = undefined
      }
    }
    const result = before.then(begin, begin)
    const operation: Operation = { kind, controller, result }
    this.#last = operation
    return result
  }

  /** Like `run`, but joins an operation of the same kind when that is the last one queued or running. */
  join<T>(
    kind: string,
    work: (signal: AbortSignal) => Promise<T>,
    options: { readonly aborts?: boolean } = {},
  ): Promise<T> {
    if (this.#last?.kind === kind) return this.#last.result as Promise<T>
    return this.run(kind, work, options)
  }
}
