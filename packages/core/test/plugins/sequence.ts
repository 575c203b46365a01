import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Which hook of this version fails, and how; a test writes it anew. */
const FAULT: Fault = null

export type Fault =
  | null
  | `${'import' | 'initialize' | 'exportState' | 'importState' | 'start' | 'stop' | 'handleEvent'} ${'throws' | 'hangs' | 'exits'}`
  | 'start exits soon'
  | 'second start throws'
  | 'stop slow'
  | 'exportState large'
  | 'exportState circular'
  | 'exportState none'
  | 'importState none'
  | 'stateVersion 2'

export interface Sequence {
  /** The number of the event that comes next. */
  readonly next: number
  readonly lost: number
  readonly twice: number
  /** From which versions the state came, in order. */
  readonly path: readonly string[]
  readonly padding: string
}

async function fail(hook: string): Promise<void> {
  if (FAULT === `${hook} throws`) throw new Error(`${hook} fails`)
  if (FAULT === `${hook} hangs`) await new Promise(() => {})
  if (FAULT === `${hook} exits`) process.exit(7)
}

await fail('import')

interface SequenceConfig {
  readonly paddingBytes?: number
  /** Only one copy of it can be started at a time. */
  readonly claims?: boolean
}

/** Follows numbered events over all versions of itself. */
export default definePlugin<SequenceConfig>(({ config, dataPath }) => {
  const claim = join(dataPath, 'claim')
  let starts = 0
  let sequence: Sequence = { next: 0, lost: 0, twice: 0, path: [], padding: 'x'.repeat(config.paddingBytes ?? 0) }
  return {
    stateVersion: FAULT === 'stateVersion 2' ? 2 : 1,
    initialize: () => fail('initialize'),
    async start() {
      await fail('start')
      starts += 1
      if (config.claims) writeFileSync(claim, '', { flag: 'wx' })
      if (FAULT === 'second start throws' && starts === 2) throw new Error('the second start fails')
      if (FAULT === 'start exits soon') setTimeout(() => process.exit(7), 5)
    },
    async stop() {
      await fail('stop')
      if (FAULT === 'stop slow') await sleep(500)
      if (config.claims) rmSync(claim)
    },
    async handleEvent({ data }) {
      await fail('handleEvent')
      const { next, lost, twice } = sequence
      const number = data as number
      if (number < next) sequence = { ...sequence, twice: twice + 1 }
      else sequence = { ...sequence, lost: lost + number - next, next: number + 1 }
    },
    ...(FAULT !== 'exportState none' && {
      async exportState(): Promise<object> {
        await fail('exportState')
        if (FAULT === 'exportState circular') {
          const state: Record<string, unknown> = {}
          return Object.assign(state, { state })
        }
        return FAULT === 'exportState large' ? { text: 'x'.repeat(17 * 1_048_576) } : sequence
      },
    }),
    ...(FAULT !== 'importState none' && {
      async importState(state: JsonValue, { fromVersion }: { readonly fromVersion: string }): Promise<void> {
        await fail('importState')
        const given = state as unknown as Sequence
        sequence = { ...given, path: [...given.path, fromVersion] }
      },
    }),
    status: () => ({ ...sequence, padding: '' }),
  }
})
