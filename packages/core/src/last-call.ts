import type { InstanceHandle } from './instance-handle.ts'
import { isPluginError, PluginError } from './plugin-error.ts'

/** `silent`: its thread did not answer at all. `gone`: it is dead already. */
export type LastCallOutcome = 'answered' | 'silent' | 'gone'

/** Calls one of the last two hooks of an instance: whatever it throws is reported, never fatal. */
export async function callLast(
  instance: InstanceHandle,
  method: 'stop' | 'cleanup',
  options: { readonly timeoutMs: number; readonly graceMs?: number; readonly report: (sentence: string) => void },
): Promise<LastCallOutcome> {
  try {
    await instance.call(method, undefined, options)
    return 'answered'
  } catch (thrown) {
    const error = PluginError.from(thrown)
    options.report(`${error.message}; it is ended all the same`)
    if (isPluginError(error, 'HOOK_FAILED')) return 'answered'
    if (isPluginError(error, 'HOOK_TIMEOUT')) return error.details.answered ? 'answered' : 'silent'
    return 'gone'
  }
}
