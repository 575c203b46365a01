import { startOrder, type GraphNode } from '../catalog/dependency-graph.ts'
import type { PluginError } from '../errors/plugin-error.ts'
import { RestartBudget } from './restart-budget.ts'
import { backoffMs, failureKind, restarts, type FailureKind, type RestartPolicy } from './restart-policy.ts'

/** A plugin, as far as supervision goes. */
export interface Supervised {
  readonly id: string
  readonly policy: RestartPolicy
  /** Somebody wants it to run. */
  readonly enabled: boolean
  /** How long ago the instance that failed became active, in milliseconds; null where it never did. */
  readonly ranForMs: number | null
}

export interface SupervisorOptions {
  /** A plugin that was active for that long has recovered: what failed before is forgotten. */
  readonly healthyMs: number
  readonly restartsPerMinute: number
  /** Milliseconds of a monotonic clock: a system clock that is set back must not delay a restart. */
  readonly now: () => number
  /** Epoch milliseconds, for facts. */
  readonly epoch: () => number
  /** 0…1 */
  readonly random: () => number
  /** All plugins, for the order in which those that are due together start. */
  readonly nodes: () => readonly GraphNode[]
  /** Starts a plugin again, if it still needs it; never rejects. */
  readonly restart: (id: string, kind: FailureKind) => Promise<void>
  /** The limit per minute postpones a restart that was due, to `restartAt` in epoch milliseconds. */
  readonly onPostponed: (id: string, restartAt: number) => void
}

interface Due {
  readonly kind: FailureKind
  at: number
  /** The time that the restart budget reserved for it; null until then. */
  reserved: number | null
}

/** Decides whether and when a plugin that failed is started again, and starts it [SV3.b]. It never gives up. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #budget: RestartBudget
  /** Failures in a row, by plugin. */
  readonly #failures = new Map<string, number>()
  readonly #due = new Map<string, Due>()
  readonly #starting = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#budget = new RestartBudget(options.restartsPerMinute)
  }

  /**
   * How often a plugin has failed without a healthy time in between.
   * @param activeForMs how long it has been active; null when it is not, or never was
   */
  failuresOf(id: string, activeForMs: number | null): number {
    const { healthyMs } = this.#options
    const hasRecovered = activeForMs !== null && activeForMs >= healthyMs
    return hasRecovered ? 0 : (this.#failures.get(id) ?? 0)
  }

  /** A plugin has failed. Returns when it will be started again, in epoch milliseconds; null: not automatically. */
  failed({ id, policy, enabled, ranForMs }: Supervised, error: PluginError): number | null {
    const { now, random } = this.#options
    const before = this.failuresOf(id, ranForMs)
    this.cancel(id)
    this.#failures.set(id, before + 1)
    const kind = failureKind(error.code)
    if (this.#closed || !enabled || kind === null || !restarts(policy, kind)) return null

    const due: Due = { kind, at: now() + backoffMs(before, random()), reserved: null }
    this.#due.set(id, due)
    this.#schedule()
    return this.#toEpoch(due.at)
  }

  /** Cancels the restart of a plugin, if one is due. */
  cancel(id: string): void {
    const reserved = this.#due.get(id)?.reserved
    if (reserved != null) this.#budget.release(reserved)
    this.#due.delete(id)
  }

  /** For a manual operation on a plugin: cancels its restart and clears its count of failures. */
  forget(id: string): void {
    this.#failures.delete(id)
    this.cancel(id)
  }

  close(): void {
    this.#closed = true
    this.#due.clear()
    clearTimeout(this.#timer)
  }

  #toEpoch(at: number): number {
    const { now, epoch } = this.#options
    return Math.round(epoch() + at - now())
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const next = Math.min(...[...this.#due.values()].map(({ at }) => at))
    if (!Number.isFinite(next)) return
    this.#timer = setTimeout(() => this.#startThoseDue(), Math.max(0, next - this.#options.now())).unref()
  }

  #startThoseDue(): void {
    const { now, nodes, onPostponed } = this.#options
    const at = now()
    for (const { id } of startOrder(nodes())) {
      const due = this.#due.get(id)
      if (!due || due.at > at) continue
      if (due.reserved === null) {
        due.reserved = this.#budget.reserve(at)
        if (due.reserved > at) {
          due.at = due.reserved
          onPostponed(id, this.#toEpoch(due.at))
          continue
        }
      }
      this.#due.delete(id)
      this.#start(id, due.kind)
    }
    this.#schedule()
  }

  /** After those of its dependencies that are just being started. */
  #start(id: string, kind: FailureKind): void {
    const { nodes, restart } = this.#options
    const dependencies = Object.keys(nodes().find((node) => node.id === id)?.dependencies ?? {})
    const before = dependencies.flatMap((dependency) => this.#starting.get(dependency) ?? [])
    const started = Promise.all(before).then(() => restart(id, kind))
    this.#starting.set(id, started)
    void started.finally(() => {
      if (this.#starting.get(id) === started) this.#starting.delete(id)
    })
  }
}
