import { clock } from '@plugboard/core'
import { cpus, loadavg, totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { EventSink, EventSource, SourceDetail } from './event-source.ts'
import { diffDevices, listDevices, type Device } from './devices.ts'
import { readIo, readMemoryUsage, type IoCounters } from './proc.ts'

/** Volumes and arrays that stand on other disks: their bytes are counted there already. */
const STACKED = /^block\/(?:dm-|md)\d+$/

interface CpuTimes {
  readonly busy: number
  readonly total: number
}

/** Turns this machine into events: its start and end, its metrics once a second, its devices as they come and go. */
export class HostMachine implements EventSource {
  readonly name = 'host-machine'
  readonly #vmId: string
  #sink: EventSink = { publish: () => {} }
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 })
  #timer: NodeJS.Timeout | undefined
  #devices: ReadonlyMap<string, Device> = new Map()
  #cpu: CpuTimes = readCpu()
  #io: IoCounters | null = null
  #lastAt = 0

  /** @param vmId what the events name as their machine */
  constructor(vmId: string) {
    this.#vmId = vmId
  }

  start(sink: EventSink, signal: AbortSignal): void {
    this.#sink = sink
    sink.publish({ type: 'vm.started', data: { vmId: this.#vmId } })
    this.#loopDelay.enable()
    this.#lookAtDevices()
    this.#io = this.#readIo()
    this.#lastAt = clock.now()
    this.#timer = setInterval(() => this.#tick(), 1_000)
    signal.addEventListener('abort', () => this.#stop(), { once: true })
  }

  status(): SourceDetail {
    return { problem: null }
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#loopDelay.disable()
    this.#sink.publish({ type: 'vm.stopped', data: { vmId: this.#vmId } })
  }

  #tick(): void {
    this.#lookAtDevices()
    const now = clock.now()
    const seconds = Math.max(0.001, (now - this.#lastAt) / 1_000)
    this.#lastAt = now

    const cpu = readCpu()
    const total = cpu.total - this.#cpu.total
    if (total > 0) this.#measure('system.cpu.utilization', (cpu.busy - this.#cpu.busy) / total)
    this.#cpu = cpu

    const memory = readMemoryUsage()
    this.#measure('system.memory.usage', memory)
    this.#measure('system.memory.utilization', memory / totalmem())
    this.#measure('system.cpu.load_average.1m', loadavg()[0]!)

    const io = this.#readIo()
    if (io && this.#io) {
      this.#measure('system.network.io.receive', (io.received - this.#io.received) / seconds)
      this.#measure('system.network.io.transmit', (io.transmitted - this.#io.transmitted) / seconds)
      this.#measure('system.disk.io.read', (io.read - this.#io.read) / seconds)
      this.#measure('system.disk.io.write', (io.written - this.#io.written) / seconds)
    }
    this.#io = io

    this.#measure('nodejs.eventloop.delay.p99', this.#loopDelay.percentile(99) / 1e9)
    this.#loopDelay.reset()
  }

  #measure(metric: string, value: number): void {
    // A counter that began anew gives one negative rate.
    if (value >= 0) this.#sink.publish({ type: 'performance.update', data: { metric, value, vmId: this.#vmId } })
  }

  #lookAtDevices(): void {
    const devices = listDevices()
    const { added, removed } = diffDevices(this.#devices, devices)
    this.#devices = devices
    for (const { id, type } of added)
      this.#sink.publish({ type: 'device.added', data: { deviceId: id, deviceType: type } })
    for (const { id } of removed) this.#sink.publish({ type: 'device.removed', data: { deviceId: id } })
  }

  #readIo(): IoCounters | null {
    const disks = [...this.#devices.values()].filter(({ id, type }) => type === 'block-device' && !STACKED.test(id))
    return readIo(new Set(disks.map(({ id }) => id.replace('block/', ''))))
  }
}

function readCpu(): CpuTimes {
  let [busy, total] = [0, 0]
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq
    total += all
    busy += all - times.idle
  }
  return { busy, total }
}
