import type { Mailbox } from '../accounting/mailbox.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { ExportedState } from '../guest-protocol/message.ts'
import type { Instance } from '../instance/instance.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { StateOutcome, UpdateStrategy } from '../plugin/update.ts'

interface HandOver {
  readonly from: Instance
  readonly signal: AbortSignal
  /** Whether the new one is given a state of this form. */
  readonly takes: (stateVersion: number) => boolean
  /** No event is handled from now on. */
  readonly onPaused: () => void
}

interface ChangeOver extends Omit<HandOver, 'onPaused'>, Partial<Pick<HandOver, 'onPaused'>> {
  /** Gives the new one, imported and initialized. */
  readonly make: () => Promise<Instance>
  readonly strategy: UpdateStrategy
}

interface Beside extends HandOver {
  readonly mailbox: Mailbox
  readonly to: Instance
}

interface InTurn extends HandOver {
  readonly mailbox: Mailbox
  /** The old one did not answer its stop: it has to be ended. */
  readonly onSilent: () => Promise<void>
  /** The old one has stopped, and the new one can be made: imported and initialized. */
  readonly make: () => Promise<Instance>
}

export interface HandedOver {
  readonly to: Instance
  readonly outcome: StateOutcome
  /** The form of the state of the old one. */
  readonly stateVersion: number
}

/**
 * Lets another instance of a plugin take over from the one that runs, beside it or, by the strategy `exclusive`, in turn. A
 * failure leaves the one that was to hand over active; of an exclusive update only where it was not stopped yet.
 * @throws PluginError of the call that failed
 */
export async function changeOver(
  plugin: Plugin,
  { from, make, strategy, takes, signal, onPaused = () => {} }: ChangeOver,
): Promise<HandedOver> {
  const { mailbox } = plugin.events
  const shared = { from, mailbox, takes, signal, onPaused }
  try {
    if (strategy !== 'exclusive') return await handOver({ ...shared, to: await make() })
    const makeInTurn = (): Promise<Instance> => {
      plugin.rest('unloading')
      plugin.instances.setAside()
      plugin.rest('initializing')
      return make()
    }
    return await handOverInTurn({ ...shared, make: makeInTurn, onSilent: () => plugin.endInstance(from) })
  } finally {
    plugin.stateFile.clear()
  }
}

/**
 * Brings an instance that was prepared to active in the place of another one, between two events, with its state. The
 * mailbox is closed afterwards: what was published meanwhile waits in it, in order.
 *
 * A failure ends nothing: the old one goes on, as if nothing had been. Only where the operation was aborted it is left as it
 * is, because it is about to be stopped.
 * @throws PluginError of the call that failed
 */
async function handOver({ from, to, mailbox, signal, takes, onPaused }: Beside): Promise<HandedOver> {
  mailbox.close()
  onPaused()
  try {
    const state = await from.exportState(signal)
    // The receipt of the event in hand came before the answer: what is left in flight was not begun.
    mailbox.takeBack(from.window)
    const outcome = await beginWith(state, { from, to, takes, signal })
    // It may have passed its error limit with its last event, or died meanwhile.
    if (from.state.name !== 'active')
      throw new PluginError('ABORTED', `${from.id} has ended meanwhile`, { id: from.pluginId })
    return { to, outcome, stateVersion: state.stateVersion }
  } catch (thrown) {
    if (!signal.aborted && from.state.name === 'active') await goOn(from, mailbox)
    throw thrown
  }
}

/**
 * The same for versions of which only one may run at a time: the old one is stopped before the new one is made, and its state
 * waits in the file for it. A failure before the stop leaves the old one active; after it, the old one stands by, if it is alive.
 * @throws PluginError of the call that failed
 */
async function handOverInTurn({ from, mailbox, signal, takes, onPaused, onSilent, make }: InTurn): Promise<HandedOver> {
  mailbox.close()
  onPaused()
  let state
  try {
    state = await from.exportState(signal)
  } catch (thrown) {
    if (!signal.aborted && from.state.name === 'active') await goOn(from, mailbox)
    throw thrown
  }
  mailbox.takeBack(from.window)
  if (!(await from.standBy())) await onSilent()
  const to = await make()
  const outcome = await beginWith(state, { from, to, takes, signal })
  return { to, outcome, stateVersion: state.stateVersion }
}

async function beginWith(
  { stateVersion, bytes }: ExportedState,
  { from, to, takes, signal }: Pick<Beside, 'from' | 'to' | 'takes' | 'signal'>,
): Promise<StateOutcome> {
  const origin = { fromVersion: from.release.metadata.version, stateVersion }
  const isTaken = bytes !== null && takes(stateVersion) && (await to.importState({ origin, bytes }, signal))
  await to.begin(signal)
  return bytes === null ? 'none' : isTaken ? 'taken' : 'dropped'
}

/** The old one goes on with the events that it had not begun. One that does not answer is ended: that is a crash. */
async function goOn(instance: Instance, mailbox: Mailbox): Promise<void> {
  try {
    await instance.resume()
  } catch (thrown) {
    if (instance.state.name === 'active') instance.violate(`no answer to resume: ${PluginError.from(thrown).message}`)
    return
  }
  // Also where it was late: the receipt of the event in hand came before the answer.
  mailbox.takeBack(instance.window)
  mailbox.open(instance.window)
}
