import { readdirSync } from 'node:fs'

export interface Device {
  readonly id: string
  readonly type: 'network-interface' | 'block-device'
}

const NETWORK = '/sys/class/net'
const BLOCK = '/sys/block'
/** Loop devices and RAM disks come by the dozen and mean nothing to an operator. */
const NOISE = /^(?:loop|ram|zram)\d+$/

/** The network interfaces and block devices that are there now, by id; empty where there is no /sys. */
export function listDevices(): Map<string, Device> {
  const found: Device[] = [
    ...names(NETWORK).map((name): Device => ({ id: `net/${name}`, type: 'network-interface' })),
    ...names(BLOCK)
      .filter((name) => !NOISE.test(name))
      .map((name): Device => ({ id: `block/${name}`, type: 'block-device' })),
  ]
  return new Map(found.map((device) => [device.id, device]))
}

export function diffDevices(
  before: ReadonlyMap<string, Device>,
  after: ReadonlyMap<string, Device>,
): { added: Device[]; removed: Device[] } {
  return {
    added: [...after.values()].filter(({ id }) => !before.has(id)),
    removed: [...before.values()].filter(({ id }) => !after.has(id)),
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
