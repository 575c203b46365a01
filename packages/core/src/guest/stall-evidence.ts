import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type { StallEvidence } from '../guest-protocol/message.ts'
import { within } from '../util/within.ts'

/** Each request that needs an answer of the thread may take that long. */
const ANSWER_MS = 500
const PROFILE_MS = 800
const SAMPLE_INTERVAL_MS = 2
const STACKS = 8
const BETWEEN_STACKS_MS = 10
const MAX_FRAMES = 32
/** It travels in one frame, and is evidence, not a recording. */
const MAX_PROFILE_CHARACTERS = 512 * 1_024

/**
 * A CPU profile whose interval is so long that it hardly samples. It makes V8 record the code that it compiles from now
 * on. Without this record, a profile that begins after a stall cannot name functions that were replaced on the stack,
 * and attributes their time to their callers.
 */
export async function startBaseProfile(worker: Worker): Promise<void> {
  const handle = await worker.startCpuProfile({ sampleInterval: 2_000_000, maxBufferSize: 1 }).catch(() => null)
  if (handle) baseProfiles.add(handle)
}
/** Holds the handles, because these profiles are never stopped. */
const baseProfiles = new Set<unknown>()

/**
 * Finds out what a silent thread is doing. The profile is sent before stacks are taken, because taking a stack may
 * block.
 */
export async function gatherEvidence(worker: Worker, tell: (evidence: StallEvidence) => void): Promise<void> {
  const handle = await within(worker.startCpuProfile({ sampleInterval: SAMPLE_INTERVAL_MS }), ANSWER_MS)
  if (!handle) return tell({ kind: 'evidence', native: true, profile: null, stacks: [] })

  await sleep(PROFILE_MS)
  const text = await within(handle.stop(), ANSWER_MS)
  const profile = text !== null && text.length <= MAX_PROFILE_CHARACTERS ? text : null
  tell({ kind: 'evidence', native: false, profile, stacks: [] })
  const stacks: string[][] = []
  for (let count = 0; count < STACKS; count += 1) {
    stacks.push(takeStack())
    await sleep(BETWEEN_STACKS_MS)
  }
  tell({ kind: 'evidence', native: false, profile, stacks })
}

interface Report {
  readonly workers?: readonly { readonly javascriptStack?: { readonly stack?: readonly string[] } }[]
}

/** A report waits for each thread to answer: only for one that takes interrupts. */
function takeStack(): string[] {
  // Else it looks up the names of peers; @types/node 26.6 does not know the property.
  Object.assign(process.report, { excludeNetwork: true })
  const { workers } = process.report.getReport() as Report
  return [...(workers?.[0]?.javascriptStack?.stack ?? [])].slice(0, MAX_FRAMES)
}
