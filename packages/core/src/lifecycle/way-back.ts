import type { StoredConfig } from '../config/secret.ts'
import { PluginError } from '../errors/plugin-error.ts'
import { aborted, startFailure } from '../errors/plugin-failure.ts'
import type { Instance } from '../instance/instance.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { UpdateStrategy } from '../plugin/update.ts'
import type { FormerVersion } from './former-version.ts'
import { changeOver } from './hand-over.ts'

interface WayBack {
  readonly plugin: Plugin
  readonly former: FormerVersion
  readonly strategy: UpdateStrategy
  readonly signal: AbortSignal
}

/**
 * Puts the former version in the place of the one that runs or has failed: with its state, where that one can still give it and
 * the form is the same, otherwise as it was, and after a restart without any. A failure leaves the plugin in error, or with the
 * version that ran.
 * @throws PluginError of its start, `VERSION_UNUSABLE`, `ILLEGAL_TRANSITION`, `ABORTED`
 */
export async function bringBack({ plugin, former, strategy, signal }: WayBack): Promise<void> {
  const bad = plugin.instances.current
  let to = former.standby
  let running: StoredConfig = former.config
  const make = async (): Promise<Instance> => {
    if (to) return to
    const made = await former.make(signal)
    running = made.running
    return (to = made.instance)
  }
  // It may be that both cannot run at once, and there is no state to take over: the one that runs is stopped first.
  if (strategy === 'restart') {
    if (bad?.state.name === 'active') await findFormer({ plugin, former, signal })
  } else if (bad?.state.name === 'active') {
    try {
      const takes = (stateVersion: number): boolean => stateVersion === former.stateVersion
      await changeOver(plugin, { from: bad, make, strategy, takes, signal })
      await former.restore(to!, running)
      return await plugin.retire(bad)
    } catch (thrown) {
      const began = to?.state.name === 'active' ? to : null
      // The one that was to give its state has ended meanwhile, and the former one has begun.
      if (began && !signal.aborted) {
        makeRoom(plugin)
        await former.restore(began, running)
        return await endBad(plugin, bad)
      }
      if (to && (signal.aborted || !canBegin(to))) {
        await plugin.endInstance(to)
        to = null
      }
      former.standby = to
      if (signal.aborted) {
        await leaveTo(plugin, bad)
        await former.revert()
        throw aborted(plugin.id)
      }
      plugin.report('warn', `It could not hand over its state: ${PluginError.from(thrown).message}`)
      // It cannot be started: the version that runs goes on.
      if (!to && plugin.instances.current === bad && bad.state.name === 'active') throw cannotGoOn(plugin, former)
    }
  }
  try {
    await stopBad(plugin, bad)
    plugin.rest('initializing')
    await (await make()).begin(signal)
  } catch (thrown) {
    const error = signal.aborted ? aborted(plugin.id) : startFailure(plugin.id, thrown)
    if (to) await plugin.endInstance(to)
    former.standby = null
    await former.revert()
    if (signal.aborted) plugin.callOff()
    else plugin.fail(error)
    throw error
  }
  await former.restore(to!, running)
}

/** What runs goes on where the former version is gone. @throws PluginError as `FormerVersion.find` does, and `ABORTED` */
async function findFormer({ plugin, former, signal }: Omit<WayBack, 'strategy'>): Promise<void> {
  try {
    await former.find()
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    // Another operation ends what runs: the former version counts all the same.
    await former.revert()
    throw aborted(plugin.id)
  }
}

/** It was made or stopped, and its `start` has not been tried since. */
export function canBegin({ state: { name } }: Instance): boolean {
  return name === 'starting' || name === 'standby'
}

/** Another operation is about to end what runs: what it would not find is ended. */
async function leaveTo(plugin: Plugin, bad: Instance): Promise<void> {
  if (plugin.instances.current === bad) return
  await plugin.endInstance(bad)
  if (plugin.state === 'initializing') plugin.callOff()
}

/** The state of the plugin follows from no instance, until the next one is its own. */
function makeRoom(plugin: Plugin): void {
  if (plugin.state !== 'unloading') return
  plugin.instances.setAside()
  plugin.rest('initializing')
}

async function endBad(plugin: Plugin, bad: Instance): Promise<void> {
  if (bad.state.name === 'ended') await plugin.endInstance(bad)
  else await plugin.retire(bad)
}

/** Stops the version that has failed, if it is alive. Its events wait. */
async function stopBad(plugin: Plugin, bad: Instance | null): Promise<void> {
  bad?.halt()
  if (plugin.state === 'active') plugin.rest('unloading')
  plugin.events.mailbox.close()
  if (bad && bad.state.name !== 'ended') await plugin.retire(bad)
}

function cannotGoOn({ id, state }: Plugin, { release }: FormerVersion): PluginError<'ILLEGAL_TRANSITION'> {
  const message = `${release.metadata.version} of ${id} could not be started again`
  return new PluginError('ILLEGAL_TRANSITION', message, { id, state })
}
