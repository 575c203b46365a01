import { readdir, readFile } from 'node:fs/promises'

/** An environment variable that a guest hands down to the processes that it starts. */
export const GUEST_VARIABLE = 'PLUGBOARD_GUEST'
/** A process may start another one while they are looked for. */
const MAX_ROUNDS = 5

/**
 * Ends the processes that a guest has started and that have left its process group: those that carry its mark in their
 * environment. One that was started with an environment of its own is not found, nor is any where there is no /proc.
 * @param mark the value of `PLUGBOARD_GUEST`
 */
export async function endDescendants(mark: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const pids = await marked(`${GUEST_VARIABLE}=${mark}`)
    if (pids.length === 0) return
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

async function marked(variable: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  const pids: number[] = []
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    // Of a process that has ended, or that is somebody else's, nothing can be read.
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (environment.split('\0').includes(variable)) pids.push(Number(name))
  }
  return pids
}
