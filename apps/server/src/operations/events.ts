import type { PluginManager } from '@plugboard/core'
import { ignoredAttributes, toHostEvent } from '../sources/cloud-events.ts'
import type { Sources } from '../sources/sources.ts'
import type { Handlers } from './handler.ts'

interface EventServices {
  readonly manager: PluginManager
  readonly sources: Sources
}

export function eventHandlers({
  manager,
  sources,
}: EventServices): Handlers<'events.publish' | 'bus.stats' | 'bus.reset' | 'sources.list' | 'stats.get'> {
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
  }
}
