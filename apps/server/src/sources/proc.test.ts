import { expect, test } from 'vitest'
import { diffDevices, listDevices } from './devices.ts'
import { parseDiskStats, parseNetDev, readMemoryUsage } from './proc.ts'

test('/proc/net/dev is summed without loopback', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0',
    '  eth0: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0',
    '  eth1:50 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0',
    '',
  ].join('\n')
  expect(parseNetDev(text)).toEqual({ received: 150, transmitted: 205 })
})

test('/proc/diskstats is summed over whole disks, in bytes', () => {
  const text = ' 254 0 vda 10 0 8 0 20 0 16 0 0 0 0\n 254 1 vda1 10 0 8 0 20 0 16 0 0 0 0\n'
  expect(parseDiskStats(text, new Set(['vda']))).toEqual({ read: 8 * 512, written: 16 * 512 })
})

test('this machine has memory in use and devices', () => {
  expect(readMemoryUsage()).toBeGreaterThan(1_000_000)
  const devices = listDevices()
  const without = new Map([...devices].slice(1))
  expect(diffDevices(without, devices).added).toHaveLength(Math.min(1, devices.size))
  expect(diffDevices(devices, without).removed).toHaveLength(Math.min(1, devices.size))
})
