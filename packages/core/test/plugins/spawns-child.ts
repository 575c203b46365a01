import { spawn } from 'node:child_process'
import { definePlugin } from '@plugboard/plugin-sdk'

export type SpawnsChildConfig = { readonly detached: boolean }

/** Starts a process that sleeps, and exits at its first event; its status is the pid of that process. */
export default definePlugin<SpawnsChildConfig>(({ config }) => {
  const child = spawn('sleep', ['60'], { detached: config.detached })
  if (config.detached) child.unref()
  return {
    handleEvent: () => process.exit(3),
    status: () => child.pid ?? null,
  }
})
