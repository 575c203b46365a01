import { definePlugin, isEvent, type PluginContext } from '@plugboard/plugin-sdk'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Inventory, type DeviceRecord } from './inventory.ts'

export type DeviceInventoryConfig = {
  readonly keepRemovedDays: number
  readonly ignoreTypes: readonly string[]
}

/** Keeps the list of devices in `inventory.json` in its data folder. */
export default definePlugin<DeviceInventoryConfig>(() => {
  let context: PluginContext<DeviceInventoryConfig>
  let inventory = new Inventory()

  const file = (): string => join(context.dataPath, 'inventory.json')

  async function save(): Promise<void> {
    inventory.prune(Date.now(), context.config.keepRemovedDays)
    // Renamed into place, so that a crash in the middle leaves the old list whole.
    await writeFile(`${file()}.new`, JSON.stringify(inventory.list(), null, 2))
    await rename(`${file()}.new`, file())
  }

  return {
    async initialize(given) {
      context = given
      try {
        inventory = new Inventory(JSON.parse(await readFile(file(), 'utf8')) as DeviceRecord[])
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
        context.logger.warn('the stored inventory cannot be read; a new one is begun', { error: String(error) })
      }
    },
    async handleEvent(event) {
      if (isEvent(event, 'device.added')) {
        const { deviceId, deviceType } = event.data
        if (context.config.ignoreTypes.includes(deviceType)) return
        inventory.add(deviceId, deviceType, event.at)
      } else if (isEvent(event, 'device.removed')) {
        inventory.remove(event.data.deviceId, event.at)
      } else {
        return
      }
      await save()
    },
    updateConfig() {},
    status() {
      const shown = inventory.list().filter(({ deviceType }) => !context.config.ignoreTypes.includes(deviceType))
      return { present: shown.filter(({ present }) => present).length, devices: shown.slice(0, 100) }
    },
  }
})
