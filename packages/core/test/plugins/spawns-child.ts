import { spawn } from 'node:child_process'
import { definePlugin } from '@plugboard/plugin-sdk'

/** Starts a process that sleeps, and exits at its first event; its status is the pid of that process. */
export default definePlugin(() => {
  const child = spawn('sleep', ['60'])
  return {
    handleEvent: () => process.exit(3),
    status: () => child.pid ?? null,
  }
})
