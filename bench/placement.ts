import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Runs a function with this process pinned to the first core and the others to `core`. Two processes that take turns
 * are several times slower on two cores than on one, and the kernel moves unpinned processes. Only on Linux; otherwise
 * nothing is pinned.
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
