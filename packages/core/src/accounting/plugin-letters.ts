import type { PluginEvent } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import { AcceptedEvent } from '../events/accepted-event.ts'
import { Broadcast, type BroadcastOutcome } from '../events/broadcast.ts'
import { checkEvent } from '../events/event-check.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { TraceBook } from '../tracing/trace-book.ts'
import { clock } from '../util/clock.ts'
import type { ByteBudget, ByteHolder } from './byte-budget.ts'
import { DeadLetters, type DeadLetter } from './dead-letters.ts'
import type { Mailbox } from './mailbox.ts'
import {
  replayEdited,
  replayLetters,
  type EditedEvent,
  type ReplayOptions,
  type ReplayProgress,
  type ReplaySteps,
} from './replay.ts'

export interface PluginLettersOptions {
  readonly pluginId: string
  readonly deadLetterCapacity: number
  readonly deadLetterBytes: number
  /** From before, the oldest first. */
  readonly letters: readonly DeadLetter[]
  /** Over all plugins. */
  readonly budgets: { readonly deadLetters: ByteBudget }
  /** Takes what is replayed. */
  readonly mailbox: Mailbox
  readonly traces: Pick<TraceBook, 'followReplay'>
  readonly onBuried: (letter: DeadLetter) => void
  readonly onReduced: (letter: DeadLetter) => void
  readonly onTaken: (letterId: string) => void
}

interface WhileActive {
  /** Asked before each event. */
  readonly takesEvents: () => boolean
}

/** The dead letters of one plugin, and their replays, one after the other. */
export class PluginLetters implements ByteHolder {
  readonly #options: PluginLettersOptions
  readonly #letters: DeadLetters
  /** The last replay that was asked for: the next one begins after it. */
  #replays: Promise<unknown> = Promise.resolve()

  constructor(options: PluginLettersOptions) {
    this.#options = options
    this.#letters = new DeadLetters(
      { capacity: options.deadLetterCapacity, capacityBytes: options.deadLetterBytes, onEvicted: options.onTaken },
      options.budgets.deadLetters,
      options.letters,
    )
  }

  get size(): number {
    return this.#letters.size
  }

  get heldBytes(): number {
    return this.#letters.heldBytes
  }

  /** How many were deleted to make room. */
  get evicted(): number {
    return this.#letters.evicted
  }

  shedOldest(): boolean {
    return this.#letters.shedOldest()
  }

  /** Newest first. */
  list(): DeadLetter[] {
    return this.#letters.list()
  }

  add(reason: DeadLetter['reason'], events: readonly PluginEvent[], error: ThrownInfo): void {
    this.#options.onBuried(this.#letters.add({ reason, events, error, at: clock.epoch() }))
  }

  /** The plugin is unloaded: nothing of it is held any more. */
  release(): void {
    this.#letters.release()
  }

  /** @throws PluginError `DEAD_LETTER_NOT_FOUND` where one of them is unknown */
  check(letterIds: readonly string[]): void {
    const { pluginId } = this.#options
    const unknown = letterIds.find((letterId) => !this.#letters.find(letterId))
    if (unknown === undefined) return
    throw new PluginError('DEAD_LETTER_NOT_FOUND', `${pluginId} has no dead letter ${unknown}`, { id: unknown })
  }

  /** Takes letters away: all of them, or none. @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  take(letterIds: readonly string[]): DeadLetter[] {
    this.check(letterIds)
    return [...new Set(letterIds)].flatMap((letterId) => {
      const letter = this.#letters.take(letterId)
      this.#options.onTaken(letterId)
      return letter ?? []
    })
  }

  /** Puts letters back that were taken. @returns how many are there now */
  putBack(letters: readonly DeadLetter[]): number {
    const kept = this.#letters.putBack(letters)
    for (const letter of kept) this.#options.onReduced(letter)
    return kept.length
  }

  /**
   * Replays letters, after those that are being replayed.
   * @param letterIds default: all, the oldest first
   */
  async replay(
    letterIds: readonly string[] | undefined,
    { takesEvents, ...options }: ReplayOptions & WhileActive,
  ): Promise<ReplayProgress> {
    const oldestFirst = (): string[] =>
      this.list()
        .map(({ id }) => id)
        .toReversed()
    const chosen = [...new Set(letterIds ?? oldestFirst())]
    return this.#inTurn(() => replayLetters(chosen, this.#steps(takesEvents), options))
  }

  /**
   * The same for one event with other data.
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, `EVENT_INVALID`, `TOO_LARGE`
   */
  async replayEdited(
    { letterId, eventId, data }: EditedEvent,
    { takesEvents, signal }: Pick<ReplayOptions, 'signal'> & WhileActive,
  ): Promise<ReplayProgress> {
    return this.#inTurn(async () => {
      const { letter, event } = this.#eventOf(letterId, eventId)
      const checked = checkEvent({ ...event, data }, event.source)
      if (signal?.aborted) return { handled: 0, failed: 0, kept: letter.events.length, error: null }
      return replayEdited({ letter, event, data: checked.data }, this.#steps(takesEvents))
    })
  }

  /** Of events with this id in a letter the first. @throws PluginError `DEAD_LETTER_NOT_FOUND` */
  #eventOf(letterId: string, eventId: string): { readonly letter: DeadLetter; readonly event: PluginEvent } {
    this.check([letterId])
    const letter = this.#letters.find(letterId)!
    const event = letter.events.find(({ id }) => id === eventId)
    if (event) return { letter, event }
    const message = `${this.#options.pluginId} has no event ${eventId} in the dead letter ${letterId}`
    throw new PluginError('DEAD_LETTER_NOT_FOUND', message, { id: letterId })
  }

  async #inTurn(replay: () => Promise<ReplayProgress>): Promise<ReplayProgress> {
    const outcome = this.#replays.then(replay)
    this.#replays = outcome.catch(() => {})
    return outcome
  }

  #steps(takesEvents: () => boolean): ReplaySteps {
    return {
      letters: this.#letters,
      deliver: async (event) => (takesEvents() ? this.#acceptAgain(event) : undefined),
      reduce: (letter, remaining) => this.#reduce(letter, remaining),
    }
  }

  /** Accepts an event once more, outside its broadcast. @returns its fate, once it is known */
  async #acceptAgain({ origin, ...checked }: PluginEvent): Promise<keyof BroadcastOutcome> {
    const { id, at } = checked
    const { mailbox, traces } = this.#options
    const broadcast = new Broadcast()
    const bytes = JSON.stringify(checked.data).length
    const stamp = { id, at, endsBlock: false }
    const accepted = new AcceptedEvent({ ...checked, bytes }, { origin, hops: 0, broadcast, cause: 0 }, stamp)
    accepted.traced = traces.followReplay(accepted)
    mailbox.accept(accepted)
    broadcast.seal()
    const { delivered, failed } = await broadcast.outcome
    return delivered > 0 ? 'delivered' : failed > 0 ? 'failed' : 'dropped'
  }

  #reduce(letter: DeadLetter, remaining: readonly PluginEvent[]): void {
    if (remaining.length === 0) this.take([letter.id])
    else this.#options.onReduced(this.#letters.reduce(letter, remaining))
  }
}
