import type { DeadLetterStore } from '../records/dead-letter-store.ts'
import type { PluginManager, ReplayProgress } from '@plugboard/core'
import type { ReplayView } from '@plugboard/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestError } from '../errors/wire-problem.ts'
import { ignoredAttributes, toHostEvent } from '../sources/cloud-events.ts'
import type { Sources } from '../sources/sources.ts'
import { deadLetterView, letterEventView, letterPage, replayView } from '../views/event.ts'
import type { Handlers } from './handler.ts'

/** A replay that takes longer goes on; its caller gets an answer well before it gives up. */
const REPLAY_ANSWER_MS = 10_000
const DEFAULT_LETTERS = 50

interface EventServices {
  readonly letters: DeadLetterStore
  readonly manager: PluginManager
  readonly sources: Sources
}

export function eventHandlers({
  letters,
  manager,
  sources,
}: EventServices): Handlers<
  | 'events.publish'
  | 'bus.stats'
  | 'bus.reset'
  | 'sources.list'
  | 'stats.get'
  | 'deadLetters.list'
  | 'deadLetters.event'
  | 'deadLetters.replay'
  | 'deadLetters.replayMany'
  | 'deadLetters.discard'
> {
  /** Answers with the outcome, or after a while with what has been done so far. */
  const replay = async (id: string, letterIds: readonly string[] | undefined): Promise<ReplayView> =>
    await letters.during(async () => {
      let progress: ReplayProgress | undefined
      const onProgress = (now: ReplayProgress): void => void (progress = now)
      const done = manager.replayDeadLetters(id, letterIds, { onProgress })
      const outcome = await Promise.race([done, sleep(REPLAY_ANSWER_MS, null, { ref: false })])
      return replayView(outcome ?? progress, { isRunning: outcome === null })
    })
  return {
    'events.publish': ({ events }) => {
      const { eventBus } = manager.context
      // All are checked before the first is published: a list is taken whole or not at all.
      const checked = events.map((event) => eventBus.check(toHostEvent(event)))
      for (const event of checked) eventBus.dispatch(event)
      return { accepted: checked.length, ignoredAttributes: ignoredAttributes(events) }
    },
    'bus.stats': () => manager.context.eventBus.getStats(),
    'bus.reset': () => {
      manager.context.eventBus.resetStats()
      return null
    },
    'sources.list': () => sources.list(),
    'stats.get': () => manager.getPluginStats(),
    'deadLetters.list': ({ id, before = Infinity, limit = DEFAULT_LETTERS }) => {
      const older = manager.getDeadLetters(id).filter((letter) => Number(letter.id) < before)
      return letterPage(older, limit, (letter) => deadLetterView(letter, id, letters))
    },
    'deadLetters.event': ({ id, letterId, eventId }) => {
      const letter = manager.getDeadLetters(id).find((one) => one.id === letterId)
      const event = letter?.events.find((one) => one.id === eventId)
      if (!event) {
        const message = `${id} has no event ${eventId} in a dead letter ${letterId}`
        throw new RequestError('DEAD_LETTER_NOT_FOUND', message, { id: letterId })
      }
      return letterEventView(event, id, letters)
    },
    'deadLetters.replay': async ({ id, letterId }) => await replay(id, [letterId]),
    'deadLetters.replayMany': async ({ id, letterIds }) => await replay(id, letterIds),
    'deadLetters.discard': async ({ id, letterId }) => {
      await letters.during(() => manager.discardDeadLetter(id, letterId))
      return null
    },
  }
}
