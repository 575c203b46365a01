import type { StallEvidence, ThreadEnded } from '../guest/message.ts'
import type { Crash } from './runner.ts'

/** Why the host itself ended a guest. */
export type Verdict =
  | { readonly kind: 'protocol'; readonly reason: string }
  | { readonly kind: 'unread'; readonly bytes: number }
  | { readonly kind: 'hang'; readonly silent: 'guardian' | 'thread'; readonly stopped: boolean }
  | { readonly kind: 'out-of-memory'; readonly usedBytes: number; readonly budgetBytes: number }

export interface LastSigns {
  readonly verdict: Verdict | null
  readonly ended: ThreadEnded | null
  readonly stall: StallEvidence | null
  readonly exitCode: number | null
  readonly signal: string | null
  readonly output: string
}

/** What V8 writes before it ends a process whose heap, or one array or Map of it, cannot grow any further. */
const OUT_OF_MEMORY_OUTPUT =
  /FATAL ERROR:.*(?:out of memory|invalid (?:array|table) size)|Fatal JavaScript invalid size error/i

/** Tells crash, hang and out-of-memory apart by what is left of a guest [SV1]. */
export function describeCrash(signs: LastSigns): Crash {
  const { verdict, ended, exitCode, signal, output } = signs
  const progress = ended && verdict?.kind !== 'protocol' ? { begun: ended.begun, finished: ended.finished } : null
  const common = { exitCode, signal, output, progress, error: null, stall: null }
  switch (verdict?.kind) {
    case undefined:
      break
    case 'protocol':
      return { ...common, kind: 'crash', message: `It broke the protocol: ${verdict.reason}.` }
    case 'unread':
      return { ...common, kind: 'crash', message: `It left ${megabytes(verdict.bytes)} MB of what it was sent unread.` }
    case 'hang':
      return { ...common, kind: 'hang', message: hangMessage(verdict), stall: signs.stall }
    case 'out-of-memory': {
      const { usedBytes, budgetBytes } = verdict
      const message = `It used ${megabytes(usedBytes)} MB of memory; it may use ${megabytes(budgetBytes)} MB.`
      return { ...common, kind: 'out-of-memory', message }
    }
  }
  if (ended) return endedByItself(ended, common)
  if (OUT_OF_MEMORY_OUTPUT.test(output)) {
    return {
      ...common,
      kind: 'out-of-memory',
      message: 'Its heap could not grow any further, and its process was aborted.',
    }
  }
  const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`
  return { ...common, kind: 'crash', message: `Its guest process ${how}.` }
}

function endedByItself({ error, exitCode }: ThreadEnded, common: Omit<Crash, 'kind' | 'message'>): Crash {
  const own = { ...common, exitCode, signal: null, error }
  if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { ...own, kind: 'out-of-memory', message: 'Its heap reached the limit.' }
  }
  const message = error
    ? `Nobody caught what it threw: ${error.message}`
    : `It ended itself with exit code ${exitCode}.`
  return { ...own, kind: 'crash', message }
}

function hangMessage({ silent, stopped }: Extract<Verdict, { kind: 'hang' }>): string {
  if (stopped) return 'It did not answer for 5 s: its guest process was stopped by a signal.'
  return silent === 'thread' ? 'It did not answer for 5 s.' : 'It did not answer for 5 s, its guardian included.'
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0)
}
