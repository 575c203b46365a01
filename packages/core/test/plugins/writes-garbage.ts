import { closeSync, writeSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

/** What to do to a channel of the guest: bytes to write, each list so many times; no list at all closes the channel. */
export type Garbage = {
  readonly fd: number
  readonly writes: readonly { readonly bytes: readonly number[]; readonly times: number }[]
}

/** Spoils one of the channels of its own guest as the event's data says. */
export default definePlugin({
  handleEvent({ data }) {
    const { fd, writes } = data as Garbage
    if (writes.length === 0) return closeSync(fd)
    for (const { bytes, times } of writes) {
      try {
        for (let time = 0; time < times; time += 1) writeSync(fd, Buffer.from(bytes))
      } catch {
        // The channel is full, or the host has closed it already.
      }
    }
  },
})
