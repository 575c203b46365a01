import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { times } from '../soak.ts'
import type { Act } from '../plugins/actor.ts'
import { tempFolder, writePlugin } from '../support.ts'

const HEAP_MB = 512
const SECONDS = times(20, 600)

interface Report {
  readonly published: number
  /** Of the heap, in megabytes, by what was published. */
  readonly peaks: Readonly<Record<string, number>>
  readonly stats: readonly {
    readonly id: string
    readonly accepted: number
    readonly dropped: number
    readonly mailboxBytes: number
  }[]
}

test(
  `[EV4.b] a host with a heap of ${HEAP_MB} MB survives ${SECONDS} s of publishers that fill its queues and dead letters`,
  { timeout: times(120_000, 1_200_000) },
  async () => {
    const actor = (act: Act) => ({
      plugin: 'actor',
      events: ['fill'],
      configSchema: { type: 'object', properties: { handleEvent: { default: act } } },
    })
    const paths = [
      await writePlugin('slow', actor({ act: 'wait', ms: 1_000 })),
      await writePlugin('slower', actor({ act: 'wait', ms: 2_000 })),
      await writePlugin('failing', actor({ act: 'throw', message: 'no' })),
    ]
    const host = join(import.meta.dirname, 'heap-host.ts')
    const args = [`--max-old-space-size=${HEAP_MB}`, host, await tempFolder(), String(SECONDS), ...paths]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect({ code, signal, err: err.slice(-500) }).toMatchObject({ code: 0, signal: null })
    const report = JSON.parse(out) as Report
    console.log(JSON.stringify(report.peaks))
    // The queues were full, and nothing was lost without being counted.
    for (const { id, accepted, dropped } of report.stats)
      if (id !== 'failing') expect(dropped, id).toBeGreaterThan(accepted / 2)
    expect(report.published).toBeGreaterThan(1_000)
  },
)
