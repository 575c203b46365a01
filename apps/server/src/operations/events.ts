import type { DeadLetterStore } from '../records/dead-letter-store.ts'
import type { PluginManager } from '@plugboard/core'
import { ignoredAttributes, toHostEvent } from '../sources/cloud-events.ts'
import type { Sources } from '../sources/sources.ts'
import { deadLetterView } from '../views/event.ts'
import type { Handlers } from './handler.ts'

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
  | 'deadLetters.replay'
  | 'deadLetters.replayMany'
  | 'deadLetters.discard'
> {
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
