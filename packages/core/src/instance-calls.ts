import type { JsonObject, PluginMessage } from '@plugboard/plugin-sdk'
import { checkMessage } from './check-message.ts'
import { GRACE_MS, type CallOptions, type InstanceHandle } from './instance-handle.ts'
import type { HookDeadlines } from './manager-options.ts'
import { isPluginError, PluginError } from './plugin-error.ts'

/** These calls come between two events: the host itself waits for the event in hand too, and a little for the answer. */
export function betweenEvents(timeoutMs: number, { handleEventMs }: HookDeadlines): CallOptions {
  return { timeoutMs, graceMs: handleEventMs + GRACE_MS }
}

/**
 * Brings a checked config to a running instance.
 * @returns whether it is in force now; false where the plugin takes it at its next start
 * @throws PluginError `CONFIG_REJECTED` when the plugin threw, `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED`
 */
export async function updateConfig(
  instance: InstanceHandle,
  config: JsonObject,
  { deadlines, signal }: { readonly deadlines: HookDeadlines; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    const options = betweenEvents(deadlines.updateConfigMs, deadlines)
    return (await instance.call('updateConfig', config, { ...options, signal })) === true
  } catch (thrown) {
    if (isPluginError(thrown, 'HOOK_TIMEOUT') && !thrown.details.answered) {
      // Nobody can tell which config a thread uses that never answered.
      instance.violate('no answer to updateConfig')
    }
    if (!isPluginError(thrown, 'HOOK_FAILED')) throw thrown
    const { id, error } = thrown.details
    throw new PluginError('CONFIG_REJECTED', `${id} refused its config: ${error.message}`, { error }).causedBy(thrown)
  }
}

/** @throws PluginError `MESSAGE_INVALID`, `TOO_LARGE`, `MESSAGE_FAILED`, `HOOK_TIMEOUT`, `ABORTED`, `PLUGIN_CRASHED` */
export async function deliverMessage(
  instance: InstanceHandle,
  message: PluginMessage,
  deadlines: HookDeadlines,
): Promise<void> {
  checkMessage(message)
  try {
    await instance.call('receiveMessage', message, betweenEvents(deadlines.handleEventMs, deadlines))
  } catch (thrown) {
    if (!isPluginError(thrown, 'HOOK_FAILED')) throw thrown
    const { id, error } = thrown.details
    throw new PluginError('MESSAGE_FAILED', `${id} failed on a message: ${error.message}`, { error }).causedBy(thrown)
  }
}
