import { PluginError } from '../errors/plugin-error.ts'
import { Deque } from '../util/deque.ts'

const MAX_WAITING = 100

type Job = () => Promise<void>

/** Runs jobs one at a time. Owners take turns, so the jobs of one delay another's by one job at most. */
export class FairQueue {
  /** In the order of their turns. */
  readonly #waiting = new Map<string, Deque<Job>>()
  #isRunning = false

  /** @throws PluginError `BUSY` where the owner has a hundred jobs that wait; and as the job does */
  run<T>(owner: string, job: () => Promise<T>): Promise<T> {
    const jobs = this.#waiting.get(owner) ?? new Deque<Job>()
    if (jobs.length >= MAX_WAITING) {
      const message = `${MAX_WAITING} checks of ${owner} wait already: wait for some of them`
      return Promise.reject(new PluginError('BUSY', message, { id: owner }))
    }
    this.#waiting.set(owner, jobs)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    jobs.push(() => job().then(resolve, reject))
    void this.#runAll()
    return promise
  }

  async #runAll(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    for (let first = this.#first(); first; first = this.#first()) {
      const [owner, jobs] = first
      await jobs.shift()!()
      this.#waiting.delete(owner)
      // Behind those that came meanwhile.
      if (jobs.length > 0) this.#waiting.set(owner, jobs)
    }
    this.#isRunning = false
  }

  #first(): [owner: string, jobs: Deque<Job>] | undefined {
    return this.#waiting.entries().next().value
  }
}
