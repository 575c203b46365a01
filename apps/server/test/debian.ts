import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes sure that a program of a Debian package is there: root installs it where it is missing.
 * @returns null, or why the test has to be skipped
 */
export async function needProgram(program: string, packageName: string): Promise<string | null> {
  if (await isThere(program)) return null
  if (process.getuid?.() !== 0 || !(await isThere('apt-get'))) return `${program} is missing: install ${packageName}`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', packageName], { env })
  } catch (error) {
    return `${packageName} could not be installed: ${(error as Error).message.slice(0, 200)}`
  }
  return (await isThere(program)) ? null : `${packageName} has no ${program}`
}

async function isThere(program: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )
}
