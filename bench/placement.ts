import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Runs something while this process is on the first core and others are on the one given. Two processes that take turns
 * need several times as long on two cores as on one, and left to itself the kernel puts them now here, now there.
 * Elsewhere than on Linux they stay where they are.
 */
export async function placed<T>(others: readonly number[], core: number, run: () => Promise<T>): Promise<T> {
  const all = `0-${availableParallelism() - 1}`
  place(process.pid, '0')
  for (const pid of others) place(pid, String(Math.min(core, availableParallelism() - 1)))
  try {
    return await run()
  } finally {
    for (const pid of [process.pid, ...others]) place(pid, all)
  }
}

function place(pid: number, cores: string): void {
  if (process.platform !== 'linux') return
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' })
}
