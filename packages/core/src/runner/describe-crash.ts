import type { StallEvidence, ThreadEnded } from '../guest-protocol/message.ts'
import type { ThrownInfo } from '../guest-protocol/thrown.ts'
import type { Crash, CrashCause } from '../errors/crash.ts'

export interface LastSigns {
  /** Why the host killed the guest; null if the guest ended without that. */
  readonly stopCause: CrashCause | null
  readonly ended: ThreadEnded | null
  readonly stall: StallEvidence | null
  readonly exitCode: number | null
  readonly signal: string | null
  readonly output: string
}

/** What V8 writes before it ends a process whose heap, or one array or Map of it, cannot grow any further. */
const OUT_OF_MEMORY_OUTPUT =
  /FATAL ERROR:.*(?:out of memory|invalid (?:array|table) size)|Fatal JavaScript invalid size error/i

/** Tells crash, hang and out-of-memory apart by what is left of a guest [SV1.a]. */
export function describeCrash(signs: LastSigns): Crash {
  const { stopCause, ended, stall, output } = signs
  const cause = causeOf(signs)
  const kind = kindOf(cause)
  const endedItself = stopCause === null ? ended : null
  const error = endedItself?.error ?? null
  return {
    kind,
    cause,
    message: sentenceOf(cause, error),
    exitCode: endedItself ? endedItself.exitCode : signs.exitCode,
    signal: endedItself ? null : signs.signal,
    error,
    output,
    cutOutputBytes: ended?.cutOutputBytes ?? 0,
    progress: ended && stopCause?.kind !== 'protocol' ? { begun: ended.begun, finished: ended.finished } : null,
    stall: kind === 'hang' ? stall : null,
  }
}

function causeOf({ stopCause, ended, exitCode, signal, output }: LastSigns): CrashCause {
  if (stopCause) return stopCause
  if (ended?.error) return { kind: ended.error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'heap-limit' : 'uncaught' }
  if (ended) return { kind: 'exit', of: 'thread', exitCode: ended.exitCode }
  if (OUT_OF_MEMORY_OUTPUT.test(output)) return { kind: 'heap-aborted' }
  return signal === null ? { kind: 'exit', of: 'process', exitCode } : { kind: 'signal', signal }
}

function kindOf({ kind }: CrashCause): Crash['kind'] {
  if (kind === 'hang') return 'hang'
  return kind === 'out-of-memory' || kind === 'heap-limit' || kind === 'heap-aborted' ? 'out-of-memory' : 'crash'
}

function sentenceOf(cause: CrashCause, error: ThrownInfo | null): string {
  switch (cause.kind) {
    case 'protocol':
      return `Protocol violation: ${cause.reason}.`
    case 'unread':
      return `Did not read ${megabytes(cause.bytes)} MB that were sent to it.`
    case 'hang':
      if (cause.stopped) return 'No response for 5 s: its process was paused by a signal.'
      return cause.silent === 'thread'
        ? 'No response for 5 s.'
        : 'No response for 5 s, from its guardian thread either.'
    case 'out-of-memory':
      return `Out of memory: ${megabytes(cause.usedBytes)} of ${megabytes(cause.budgetBytes)} MB.`
    case 'uncaught':
      return `Crashed, uncaught: ${error?.message}`
    case 'heap-limit':
      return 'Out of memory: the heap reached its limit.'
    case 'heap-aborted':
      return 'Out of memory: the heap could not grow, and the process was aborted.'
    case 'exit':
      return cause.of === 'thread'
        ? `Exited by itself with code ${cause.exitCode}.`
        : `Its process exited with code ${cause.exitCode}.`
    case 'signal':
      return `Its process was killed by ${cause.signal}.`
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0)
}
