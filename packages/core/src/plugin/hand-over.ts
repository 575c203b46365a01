import type { Mailbox } from '../accounting/mailbox.ts'
import { PluginError } from '../errors/plugin-error.ts'
import type { Instance } from '../instance/instance.ts'

/** What became of the state of an instance. */
export type StateOutcome =
  | 'taken'
  /** The old one has none to hand over. */
  | 'none'
  /** The new one takes none, or none of this form. */
  | 'dropped'

interface HandOver {
  readonly from: Instance
  readonly to: Instance
  readonly mailbox: Mailbox
  readonly signal: AbortSignal
  /** The form of the state that the new one takes; left out: it says so itself. */
  readonly stateVersion?: number
}

export interface HandedOver {
  readonly outcome: StateOutcome
  /** The form of the state of the old one. */
  readonly stateVersion: number
}

/**
 * Brings an instance that was prepared to active in the place of another one, between two events, with its state. The
 * mailbox is closed afterwards: what was published meanwhile waits in it, in order.
 *
 * A failure ends nothing: the old one goes on, as if nothing had been. Only where the operation was aborted it is left as it
 * is, because it is about to be stopped.
 * @throws PluginError of the call that failed
 */
export async function handOver({ from, to, mailbox, signal, ...wanted }: HandOver): Promise<HandedOver> {
  mailbox.close()
  try {
    const { stateVersion, characters } = await from.exportState((text) => to.sendState(text), signal)
    // The receipt of the event in hand came before the answer: what is left in flight was not begun.
    mailbox.takeBack(from.window)
    const origin = { fromVersion: from.release.metadata.version, stateVersion }
    const fits = wanted.stateVersion === undefined || wanted.stateVersion === stateVersion
    const isTaken = characters !== null && fits && (await to.importState(origin, signal))
    await to.begin(signal)
    // It may have passed its error limit with its last event, or died meanwhile.
    if (from.state.name !== 'active')
      throw new PluginError('ABORTED', `${from.id} has ended meanwhile`, { id: from.pluginId })
    return { outcome: characters === null ? 'none' : isTaken ? 'taken' : 'dropped', stateVersion }
  } catch (thrown) {
    if (!signal.aborted && from.state.name === 'active') await goOn(from, mailbox)
    throw thrown
  }
}

/** The old one goes on with the events that it had not begun. */
async function goOn(instance: Instance, mailbox: Mailbox): Promise<void> {
  mailbox.takeBack(instance.window)
  await instance.resume()
  mailbox.open(instance.window)
}
