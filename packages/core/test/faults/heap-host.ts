// A host with a small heap, and publishers that try to fill it. Run by heap.test.ts in a process of its own.
import { rmSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { PluginManager } from '@plugboard/core'

const [dataDir, seconds, ...paths] = process.argv.slice(2) as [string, string, ...string[]]
/** An event may hold 256 KiB; what is said of them here is as JSON. */
const CHARACTERS = 240_000
const MEGABYTE = 1_048_576

/** What is published in turn: each kind takes more memory for its JSON than the one before. */
const KINDS: Readonly<Record<string, () => unknown>> = {
  'one long text': () => 'x'.repeat(CHARACTERS),
  'many numbers': () => Array.from({ length: CHARACTERS / 4 }, (_, n) => n % 100),
  'many objects': () => Array.from({ length: CHARACTERS / 10 }, (_, n) => ({ a: n % 10 })),
  'many empty objects': () => Array.from({ length: CHARACTERS / 3 }, () => ({})),
  'many empty lists': () => Array.from({ length: CHARACTERS / 3 }, () => []),
  'small events': () => ({ n: 1 }),
}

const manager = new PluginManager('heap', { dataDir })
for (const path of paths) await manager.loadPlugin(path, { restartPolicy: 'always' })

let published = 0
const peaks: Record<string, number> = {}
for (const [kind, make] of Object.entries(KINDS)) {
  const end = performance.now() + (Number(seconds) * 1_000) / Object.keys(KINDS).length
  let peak = 0
  while (performance.now() < end) {
    for (let n = 0; n < 20; n += 1) manager.context.eventBus.publish({ type: 'fill', data: make() } as never)
    published += 20
    peak = Math.max(peak, process.memoryUsage().heapUsed)
    await turn()
  }
  peaks[kind] = Math.round(peak / MEGABYTE)
}
const stats = manager.getAllPlugins().map(({ metadata: { id }, stats: { accepted, dropped, mailboxBytes } }) => {
  return { id, accepted, dropped, mailboxBytes }
})
console.log(JSON.stringify({ published, peaks, stats }))
await manager.close()
rmSync(dataDir, { recursive: true, force: true })
