import { PluginManager } from '@plugboard/core'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test.each(['rolling-stats', 'threshold-alerts', 'device-inventory', 'chaos'])(
  '%s starts in its own process with the defaults of its schema',
  async (id) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-bundled-'))
    const manager = new PluginManager('vm-test', { dataDir })
    onTestFinished(async () => {
      await manager.close()
      await rm(dataDir, { recursive: true })
    })
    await manager.loadPlugin(join(import.meta.dirname, id))
    expect(manager.getPlugin(id)).toMatchObject({ state: 'active', isolation: 'process' })
    const { config, schema } = manager.getPluginConfig(id)
    expect(Object.keys(config)).toEqual(Object.keys(schema!.properties as object))
    expect(await manager.updatePluginConfig(id, config)).toMatchObject({ applied: true })
  },
)

test('[PM1.a] [PM1.c] webhook-notifier posts from its own process with NetworkAccess, and is refused without', async () => {
  const server = createServer((request, response) => void request.resume().on('end', () => response.end()))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-bundled-'))
  const manager = new PluginManager('vm-test', { dataDir })
  onTestFinished(async () => {
    await manager.close()
    server.closeAllConnections()
    server.close()
    await rm(dataDir, { recursive: true })
  })
  const folder = join(import.meta.dirname, 'webhook-notifier')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await expect(manager.loadPlugin(folder, { config: { url } })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  await manager.loadPlugin(folder, { config: { url }, grant: ['NetworkAccess'] })
  manager.context.eventBus.publish({ type: 'alert.raised', data: null })
  await expect.poll(async () => manager.getPluginStatus('webhook-notifier')).toMatchObject({ delivered: 1, pending: 0 })
})
