import type { DeadLetterStore } from '../records/dead-letter-store.ts'
import type { PluginManager } from '@plugboard/core'
import { toEventBody } from '../sources/cloud-events.ts'
import { deadLetterView } from '../views/event.ts'
import type { Handlers } from './handler.ts'

interface EventServices {
  readonly letters: DeadLetterStore
  readonly manager: PluginManager
}

export function eventHandlers({
  letters,
  manager,
}: EventServices): Handlers<
  | 'events.publish'
  | 'bus.stats'
  | 'bus.reset'
  | 'stats.get'
  | 'deadLetters.list'
  | 'deadLetters.replay'
  | 'deadLetters.replayMany'
  | 'deadLetters.discard'
> {
  return {
    'events.publish': ({ events }) => {
      const { eventBus } = manager.context
      // All are checked before the first is published: a list is taken whole or not at all.
      const bodies = events.map((event) => ({ body: eventBus.check(toEventBody(event)), source: event.source }))
      for (const { body, source } of bodies) eventBus.publish(body, { source })
      return { accepted: bodies.length }
    },
    'bus.stats': () => manager.context.eventBus.getStats(),
    'bus.reset': () => {
      manager.context.eventBus.resetStats()
      return null
    },
    'stats.get': () => manager.getPluginStats(),
    'deadLetters.list': ({ id }) => manager.getDeadLetters(id).map(deadLetterView),
    'deadLetters.replay': async ({ id, letterId }) => ({
      replayed: await letters.during(() => manager.replayDeadLetter(id, letterId)),
    }),
    'deadLetters.replayMany': async ({ id, letterIds }) => ({
      replayed: await letters.during(() => manager.replayDeadLetters(id, letterIds)),
    }),
    'deadLetters.discard': async ({ id, letterId }) => {
      await letters.during(() => manager.discardDeadLetter(id, letterId))
      return null
    },
  }
}
