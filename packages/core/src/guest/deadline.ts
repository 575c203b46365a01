import { ownError, ThrownError } from '../guest-protocol/thrown.ts'

// Taken before the plugin is imported: it may replace the globals.
const { setTimeout, clearTimeout } = globalThis

/**
 * Waits for a hook, at most that long.
 * @throws ThrownError `HOOK_TIMEOUT` after `timeoutMs`, `ABORTED` when the signal fires first.
 */
export async function withDeadline<T>(
  work: PromiseLike<T>,
  { name, timeoutMs, signal }: { name: string; timeoutMs: number; signal?: AbortSignal },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const interruption = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout(name, timeoutMs)), timeoutMs)
    if (!signal) return
    onAbort = () => reject(new ThrownError(ownError('ABORTED', `${name} was aborted`), 'abort'))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, interruption])
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}

function timeout(name: string, timeoutMs: number): ThrownError {
  return new ThrownError(ownError('HOOK_TIMEOUT', `${name} did not finish within ${timeoutMs} ms`), 'timeout')
}
