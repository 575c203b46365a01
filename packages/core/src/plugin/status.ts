import { clock } from '../util/clock.ts'
import { briefOf } from '../errors/error-brief.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { lastErrorOf, type LastError } from '../errors/plugin-failure.ts'
import type { FactBody } from './fact.ts'
import { canTransition, type PluginState } from './state.ts'

/** The state of one plugin, since when, and why. Each change is announced. */
export class PluginStatus {
  readonly #id: string
  readonly #announce: (fact: FactBody) => void
  #state: PluginState = 'unloaded'
  /** When its last instance became active: a time of day, and the monotonic time. */
  #ranSince: { readonly at: number; readonly tick: number } | null = null
  #lastError: LastError | null = null
  #nextRestartAt: number | null = null

  constructor(id: string, announce: (fact: FactBody) => void) {
    this.#id = id
    this.#announce = announce
  }

  get state(): PluginState {
    return this.#state
  }

  /** Epoch milliseconds; null when it is not active. */
  get activeSince(): number | null {
    return this.#state === 'active' ? (this.#ranSince?.at ?? null) : null
  }

  /** In milliseconds; null when it is not active. */
  get activeForMs(): number | null {
    return this.#state === 'active' ? this.ranForMs : null
  }

  /** How long ago its last instance became active, in milliseconds, also after its end; null when that never did. */
  get ranForMs(): number | null {
    return this.#ranSince && clock.now() - this.#ranSince.tick
  }

  get lastError(): LastError | null {
    return this.#lastError
  }

  /** When it will be restarted automatically, in epoch milliseconds; null: not. */
  get nextRestartAt(): number | null {
    return this.#nextRestartAt
  }

  /**
   * @param reason why it leaves for an error: its last one from now on
   * @throws PluginError `ILLEGAL_TRANSITION`
   */
  become(to: PluginState, reason: { error: PluginError; nextRestartAt?: number | null } | null = null): void {
    const from = this.#state
    if (from === to) return
    if (!canTransition(from, to)) {
      const message = `${this.#id} is ${from} and cannot become ${to}`
      throw new PluginError('ILLEGAL_TRANSITION', message, { id: this.#id, state: from })
    }
    const at = clock.epoch()
    this.#state = to
    if (to === 'initializing') this.#ranSince = null
    if (to === 'active') this.#ranSince = { at, tick: clock.now() }
    this.#nextRestartAt = reason?.nextRestartAt ?? null
    if (reason) this.#lastError = lastErrorOf(reason.error, at)
    const error = reason && briefOf(reason.error)
    this.#announce({ type: 'state', id: this.#id, at, from, to, error, nextRestartAt: this.#nextRestartAt })
  }

  /** The plugin does not run: an error that follows is not counted as the end of its last run. */
  forgetRun(): void {
    if (this.#state !== 'active') this.#ranSince = null
  }

  /** Its automatic restart has to wait, or its start was refused before it began. */
  postpone(nextRestartAt: number | null, error: PluginError | null = null): void {
    if (this.#state !== 'error') return
    const at = clock.epoch()
    if (error) this.#lastError = lastErrorOf(error, at)
    this.#nextRestartAt = nextRestartAt
    this.#announce({ type: 'restart-due', id: this.#id, at, nextRestartAt })
  }
}
