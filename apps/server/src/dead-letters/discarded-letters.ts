import { clock, type DeadLetter, type PluginManager } from '@plugboard/core'
import { randomUUID } from 'node:crypto'
import { RequestError } from '../errors/wire-problem.ts'
import type { DeadLetterStore, ShownLetter } from './dead-letter-store.ts'

/** The board offers to take it back for a minute, and longer while somebody points at the offer. */
const UNDO_MS = 300_000
const MAX_HELD_BYTES = 32 * 1_024 * 1_024

interface Held {
  readonly pluginId: string
  readonly letters: readonly { readonly letter: DeadLetter; readonly shown: ShownLetter | undefined }[]
  readonly bytes: number
  readonly timer: NodeJS.Timeout
}

/** Discards dead letters, and holds them for a while so that they can be put back. */
export class DiscardedLetters {
  readonly #manager: PluginManager
  readonly #store: DeadLetterStore
  readonly #held = new Map<string, Held>()

  constructor(manager: PluginManager, store: DeadLetterStore) {
    this.#manager = manager
    this.#store = store
    manager.onDidChange((fact) => {
      // Another plugin may get the same id, and its letters the same numbers.
      if (fact.type !== 'unloaded') return
      for (const [discardId, { pluginId }] of this.#held) if (pluginId === fact.id) this.#forget(discardId)
    })
  }

  /**
   * @returns until when they can be put back, in epoch milliseconds; null where they are too large to be held
   * @throws PluginError `DEAD_LETTER_NOT_FOUND`, in which case none is discarded
   */
  discard(
    pluginId: string,
    letterIds: readonly string[],
  ): { readonly discardId: string; readonly until: number } | null {
    const before = this.#bytesOf(pluginId)
    const shown = new Map(letterIds.map((letterId) => [letterId, this.#store.shownOf(pluginId, letterId)]))
    const taken = this.#manager.discardDeadLetters(pluginId, letterIds)
    const bytes = before - this.#bytesOf(pluginId)
    if (bytes > MAX_HELD_BYTES || taken.length === 0) return null
    const discardId = randomUUID()
    const timer = setTimeout(() => this.#forget(discardId), UNDO_MS)
    timer.unref()
    const letters = taken.map((letter) => ({ letter, shown: shown.get(letter.id) }))
    this.#held.set(discardId, { pluginId, letters, bytes, timer })
    this.#shed()
    return { discardId, until: clock.epoch() + UNDO_MS }
  }

  /**
   * @returns how many letters are there again, and how many not: they had no room, or were replayed meanwhile
   * @throws RequestError `DEAD_LETTER_NOT_FOUND` when it is too late
   */
  putBack(pluginId: string, discardId: string): { readonly letters: number; readonly gone: number } {
    const held = this.#held.get(discardId)
    if (held?.pluginId !== pluginId) {
      const message = `what was discarded of ${pluginId} can no longer be put back`
      throw new RequestError('DEAD_LETTER_NOT_FOUND', message, { id: discardId })
    }
    this.#forget(discardId)
    for (const { letter, shown } of held.letters) this.#store.rememberShown(pluginId, letter.id, shown)
    const letters = this.#manager.putDeadLettersBack(
      pluginId,
      held.letters.map(({ letter }) => letter),
    )
    return { letters, gone: held.letters.length - letters }
  }

  /** The oldest go first. */
  #shed(): void {
    let bytes = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, 0)
    for (const [discardId, held] of this.#held) {
      if (bytes <= MAX_HELD_BYTES) return
      bytes -= held.bytes
      this.#forget(discardId)
    }
  }

  #forget(discardId: string): void {
    clearTimeout(this.#held.get(discardId)?.timer)
    this.#held.delete(discardId)
  }

  #bytesOf(pluginId: string): number {
    return this.#manager.getPlugin(pluginId)?.stats.deadLetterBytes ?? 0
  }
}
