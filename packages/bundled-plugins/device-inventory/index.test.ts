import { startPlugin } from '@plugboard/plugin-sdk/testing'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import deviceInventory from './index.ts'
import { Inventory } from './inventory.ts'

const config = { keepRemovedDays: 30, ignoreTypes: [] }
/** Longer than from the epoch, in which some tests play, until today. */
const keepAll = { ...config, keepRemovedDays: 3_650_000 }

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-inventory-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('keeps devices across a restart, with when they were first and last seen', async () => {
  const dataPath = await dataFolder()
  let now = 1_000
  const first = await startPlugin(deviceInventory, { config: keepAll, dataPath, now: () => now })
  await first.send({ type: 'device.added', data: { deviceId: 'net/eth0', deviceType: 'network-interface' } })
  now = 2_000
  await first.send({ type: 'device.removed', data: { deviceId: 'net/eth0' } })
  await first.stop()

  now = Date.now()
  await using second = await startPlugin(deviceInventory, { config: keepAll, dataPath, now: () => now })
  await second.send({ type: 'device.added', data: { deviceId: 'net/eth0', deviceType: 'network-interface' } })
  expect(second.plugin.status!()).toEqual({
    present: 1,
    devices: [
      {
        deviceId: 'net/eth0',
        deviceType: 'network-interface',
        firstSeen: 1_000,
        lastSeen: now,
        present: true,
      },
    ],
  })
})

test('a stored list that cannot be read is begun anew, and said', async () => {
  const dataPath = await dataFolder()
  await writeFile(join(dataPath, 'inventory.json'), '{ half')
  await using host = await startPlugin(deviceInventory, { config, dataPath })
  expect(host.logs).toMatchObject([{ level: 'warn' }])
  expect(host.plugin.status!()).toEqual({ present: 0, devices: [] })
})

test('a device that has long been gone is forgotten', () => {
  const inventory = new Inventory()
  inventory.add('a', 'block-device', 0)
  inventory.add('b', 'block-device', 0)
  inventory.remove('a', 1_000)
  inventory.prune(1_000 + 2 * 86_400_000, 1)
  expect(inventory.list().map(({ deviceId }) => deviceId)).toEqual(['b'])
})
