import type { DeadLetter, PluginManager } from '@plugboard/core'
import type { ReplayView } from '@plugboard/protocol'
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts'
import { DiscardedLetters } from '../dead-letters/discarded-letters.ts'
import { MovedSecretError, withSecrets } from '../dead-letters/hidden-secrets.ts'
import { LetterGroups, type PluginLetters } from '../dead-letters/letter-groups.ts'
import type { RunningReplays } from '../dead-letters/running-replays.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { deadLetterView, letterEventView, letterPage } from '../views/event.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_LETTERS = 50
const MAX_GROUPS = 200

/** Letters by their ids, or all of a group; without both all of the plugin. */
interface Several {
  readonly id: string
  readonly letterIds?: readonly string[] | undefined
  readonly group?: string | undefined
}

export function deadLetterHandlers({
  letters: store,
  manager,
  replays,
}: {
  readonly letters: DeadLetterStore
  readonly replays: RunningReplays
  readonly manager: PluginManager
}): Handlers<Extract<keyof Handlers, `deadLetters.${string}`>> {
  const groups = new LetterGroups(store)
  const discarded = new DiscardedLetters(manager, store)
  const lettersOf = (id: string): PluginLetters => {
    const letters = manager.getDeadLetters(id)
    return { pluginId: id, path: manager.getPlugin(id)?.path ?? '', letters }
  }
  const ofGroup = ({ id, group }: Pick<Several, 'id' | 'group'>): readonly DeadLetter[] =>
    group === undefined ? manager.getDeadLetters(id) : groups.lettersOf(lettersOf(id), group)
  /** The oldest first. */
  const idsOf = ({ letterIds, ...of }: Several): readonly string[] =>
    letterIds ??
    ofGroup(of)
      .map(({ id }) => id)
      .toReversed()
  /** @throws RequestError `DEAD_LETTER_NOT_FOUND` */
  const eventOf = (id: string, letterId: string, eventId: string): DeadLetter['events'][number] => {
    const letter = manager.getDeadLetters(id).find((one) => one.id === letterId)
    const event = letter?.events.find((one) => one.id === eventId)
    if (event) return event
    const message = `${id} has no event ${eventId} in a dead letter ${letterId}`
    throw new RequestError('DEAD_LETTER_NOT_FOUND', message, { id: letterId })
  }
  return {
    'deadLetters.groups': async ({ id }) => {
      const ids = id === undefined ? manager.getAllPlugins().map(({ metadata }) => metadata.id) : [id]
      const all = await groups.groupsOf(ids.map(lettersOf))
      return {
        groups: all.slice(0, MAX_GROUPS),
        more: Math.max(0, all.length - MAX_GROUPS),
        letters: all.reduce((sum, { letters }) => sum + letters, 0),
        events: all.reduce((sum, { events }) => sum + events, 0),
        replays: replays.list().filter(({ pluginId }) => id === undefined || pluginId === id),
      }
    },
    'deadLetters.list': ({ id, group, before = Infinity, limit = DEFAULT_LETTERS }) => {
      const older = ofGroup({ id, group }).filter((letter) => Number(letter.id) < before)
      return letterPage(older, limit, (letter) => deadLetterView(letter, id, store))
    },
    'deadLetters.event': ({ id, letterId, eventId }) => letterEventView(eventOf(id, letterId, eventId), id, store),
    'deadLetters.replay': async ({ id, letterId }) => await store.during(() => replays.replay(id, [letterId])),
    'deadLetters.replayEdited': async ({ id, letterId, eventId, data: edited }) =>
      await store.during(async (): Promise<ReplayView> => {
        const event = eventOf(id, letterId, eventId)
        const data = editedData(edited, { shown: store.dataOf(id, event), original: event.data as typeof edited })
        return await store.whileEdited(id, { event: { ...event, data }, shown: edited }, () =>
          replays.replayEdited(id, { letterId, eventId, data }),
        )
      }),
    'deadLetters.replayMany': async ({ perSecond, ...of }) =>
      await store.during(() => {
        // Not before: what came or went while the store wrote is taken into account.
        const ids = idsOf(of)
        return replays.replay(of.id, ids, perSecond === undefined ? {} : { perSecond })
      }),
    'deadLetters.stopReplay': ({ id }) => {
      manager.getDeadLetters(id)
      return { stopped: replays.stop(id) }
    },
    'deadLetters.discard': async ({ id, letterId }) => {
      await store.during(() => manager.discardDeadLetter(id, letterId))
      return null
    },
    'deadLetters.discardMany': async (of) => {
      return await store.during(() => {
        const ids = idsOf(of)
        return { discarded: new Set(ids).size, undo: discarded.discard(of.id, ids) }
      })
    },
    'deadLetters.putBack': async ({ id, discardId }) => {
      return await store.during(() => discarded.putBack(id, discardId))
    },
  }
}

/** @throws RequestError `INPUT_INVALID` where a hidden secret was moved */
function editedData(...[edited, of]: Parameters<typeof withSecrets>): ReturnType<typeof withSecrets> {
  try {
    return withSecrets(edited, of)
  } catch (thrown) {
    if (!(thrown instanceof MovedSecretError)) throw thrown
    throw new RequestError('INPUT_INVALID', thrown.message, [
      { pointer: `/data${thrown.pointer}`, rule: 'secret', message: thrown.message },
    ])
  }
}
