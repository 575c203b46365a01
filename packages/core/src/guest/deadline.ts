import { ownError, ThrownError } from '../guest-protocol/thrown.ts'

// Taken before the plugin is imported: it may replace the globals.
const { setTimeout, clearTimeout } = globalThis

interface Deadline {
  readonly name: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Names what the hook may be waiting for when its time is over; null for nothing that is known. */
  readonly waitsFor?: () => string | null
}

/**
 * Waits for a hook, at most that long.
 * @throws ThrownError `HOOK_TIMEOUT` after `timeoutMs`, `ABORTED` when the signal fires first.
 */
export async function withDeadline<T>(
  work: PromiseLike<T>,
  { name, timeoutMs, signal, waitsFor }: Deadline,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const interruption = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout(name, timeoutMs, waitsFor?.() ?? null)), timeoutMs)
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

function timeout(name: string, timeoutMs: number, waited: string | null): ThrownError {
  const message = `${name} did not finish within ${timeoutMs} ms${waited === null ? '' : `; ${waited}`}`
  return new ThrownError(ownError('HOOK_TIMEOUT', message), 'timeout')
}
