import { PluginManager, type ErrorCode } from '@plugboard/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test.each<[string, object, ErrorCode, string]>([
  ['a loop', { stall: 'loop', stallAfterEvents: 2 }, 'PLUGIN_HUNG', 'It was in stall (index.ts:'],
  [
    'a chain of promises',
    { stall: 'promises', stallAfterEvents: 2 },
    'PLUGIN_HUNG',
    'for (;;) await Promise.resolve()',
  ],
  ['a leak', { leakMbPerSecond: 200 }, 'OUT_OF_MEMORY', 'of 256 MB'],
  ['a crash', { crash: 'uncaught', crashAfterEvents: 2 }, 'PLUGIN_CRASHED', 'thrown where nobody catches'],
])(
  '[SV1.a] [SV3.a] %s is reported with its own error code, and the plugin is restarted automatically',
  async (_what, config, code, message) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-chaos-'))
    const manager = new PluginManager('vm-test', { dataDir })
    onTestFinished(async () => {
      await manager.close()
      await rm(dataDir, { recursive: true })
    })
    await manager.loadPlugin(import.meta.dirname, { config: { errorShare: 0, ...config } })
    for (let n = 0; n < 3; n += 1) manager.context.eventBus.publish({ type: 'vm.started', data: { vmId: 'x' } })
    await expect.poll(() => manager.getPlugin('chaos')!.lastError?.code, { timeout: 15_000 }).toBe(code)
    expect(manager.getPlugin('chaos')!.lastError!.message).toContain(message)
    await expect.poll(() => manager.getPlugin('chaos')!.stats.lifetime.restarts).toBe(1)
  },
)
