import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestServer } from '../../apps/dashboard/e2e/server.ts'
import { recordPast } from './past.ts'
import { CONFIG_SCHEMA, PLUGINS, TOPICS, type DemoPlugin } from './plugins.ts'

const TICK_MS = 200
/** Enough to be stopped for. */
const TOO_MANY_ERRORS = 11
const FEW_ERRORS = 8

/** Plugins whose events lack what they need: the first three are stopped for it. */
const BROKEN = ['stripe.webhook', 'feed.item', 'geo.asked']

/** Gives a new server 31 plugins and a recorded hour. It is started anew for that. */
export async function prepareDemo(server: TestServer): Promise<void> {
  for (const plugin of PLUGINS) await load(server, plugin)
  await server.ask('PUT', '/plugins/rate-limiter/config', {
    config: { ...PLUGINS.find(({ id }) => id === 'rate-limiter')!.config, limit: 5 },
  })
  await server.kill('SIGTERM')
  await recordPast(server.dataDir)
  await server.start()
}

async function load(server: TestServer, plugin: DemoPlugin): Promise<void> {
  const { id, name, topic, config, permissions = [], limits } = plugin
  const path = join(server.dataDir, 'demo', id)
  await mkdir(path, { recursive: true })
  await cp(join(import.meta.dirname, 'plugin.mjs'), join(path, 'index.mjs'))
  const manifest = { id, name, version: '1.4.0', entryPoint: 'index.mjs', events: [topic], configSchema: CONFIG_SCHEMA }
  await writeFile(join(path, 'plugin.json'), JSON.stringify({ ...manifest, permissions, ...(limits && { limits }) }))
  await server.ask('POST', '/plugins', { path, config, grant: permissions })
}

/** Publishes what a shop does, until it is told to stop; some of it at once, and broken. */
export async function runTraffic(server: TestServer, signal: AbortSignal): Promise<void> {
  for (const type of BROKEN) await publishBroken(server, type, TOO_MANY_ERRORS)
  await publishBroken(server, 'order.paid', FEW_ERRORS)
  let sent = 0
  while (!signal.aborted) {
    sent += 1
    const events = Object.entries(TOPICS).flatMap(([type, rate]) => {
      const due = Math.floor((sent * rate * TICK_MS) / 1_000) - Math.floor(((sent - 1) * rate * TICK_MS) / 1_000)
      return Array.from({ length: due }, (_, n) => eventOf(type, sent * 10 + n, { currency: 'EUR' }))
    })
    // A server that is stopping takes nothing more.
    if (events.length > 0) await server.ask('POST', '/events', events).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
}

async function publishBroken(server: TestServer, type: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await server.ask('POST', '/events', eventOf(type, n, {}))
}

function eventOf(type: string, order: number, data: object): object {
  return { specversion: '1.0', id: `${type}-${order}`, source: 'shop', type, data: { order, ...data } }
}
