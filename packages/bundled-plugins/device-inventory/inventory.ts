export type DeviceRecord = {
  readonly deviceId: string
  readonly deviceType: string
  /** Epoch milliseconds. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly present: boolean
}

const DAY_MS = 86_400_000

/** The devices that were ever seen, by id. */
export class Inventory {
  readonly #devices: Map<string, DeviceRecord>

  constructor(records: readonly DeviceRecord[] = []) {
    this.#devices = new Map(records.map((record) => [record.deviceId, record]))
  }

  add(deviceId: string, deviceType: string, at: number): void {
    const firstSeen = this.#devices.get(deviceId)?.firstSeen ?? at
    this.#devices.set(deviceId, { deviceId, deviceType, firstSeen, lastSeen: at, present: true })
  }

  remove(deviceId: string, at: number): void {
    const known = this.#devices.get(deviceId)
    if (known) this.#devices.set(deviceId, { ...known, lastSeen: at, present: false })
  }

  /** Forgets devices that have been gone for longer than that. */
  prune(now: number, keepRemovedDays: number): void {
    for (const { deviceId, present, lastSeen } of [...this.#devices.values()]) {
      if (!present && now - lastSeen > keepRemovedDays * DAY_MS) this.#devices.delete(deviceId)
    }
  }

  list(): DeviceRecord[] {
    return [...this.#devices.values()].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))
  }
}
