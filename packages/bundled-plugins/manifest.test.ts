import { PluginManager } from '@plugboard/core'
import { mkdtemp, rm } from 'node:fs/promises'
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
