import { toEventBody } from '../sources/cloud-events.ts'
import { deadLetterView } from '../views.ts'
import type { Handlers } from './handler.ts'

export const eventHandlers: Handlers<
  | 'events.publish'
  | 'bus.stats'
  | 'bus.reset'
  | 'stats.get'
  | 'deadLetters.list'
  | 'deadLetters.replay'
  | 'deadLetters.replayMany'
  | 'deadLetters.discard'
> = {
  'events.publish': ({ events }, { manager }) => {
    const { eventBus } = manager.context
    // All are checked before the first is published: a list is taken whole or not at all.
    const bodies = events.map((event) => ({ body: eventBus.check(toEventBody(event)), source: event.source }))
    for (const { body, source } of bodies) eventBus.publish(body, { source })
    return { accepted: bodies.length }
  },
  'bus.stats': (_input, { manager }) => manager.context.eventBus.getStats(),
  'bus.reset': (_input, { manager }) => {
    manager.context.eventBus.resetStats()
    return null
  },
  'stats.get': (_input, { manager }) => manager.getPluginStats(),
  'deadLetters.list': ({ id }, { manager }) => manager.getDeadLetters(id).map(deadLetterView),
  'deadLetters.replay': async ({ id, letterId }, { manager, letters }) => ({
    replayed: await letters.during(() => manager.replayDeadLetter(id, letterId)),
  }),
  'deadLetters.replayMany': async ({ id, letterIds }, { manager, letters }) => ({
    replayed: await letters.during(() => manager.replayDeadLetters(id, letterIds)),
  }),
  'deadLetters.discard': async ({ id, letterId }, { manager, letters }) => {
    await letters.during(() => manager.discardDeadLetter(id, letterId))
    return null
  },
}
