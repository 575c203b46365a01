import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** This repository's own tools first: after the install `node` is the pinned one. */
export const toolEnv = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  TURBO_TELEMETRY_DISABLED: '1',
}

/**
 * Runs a command in the repository's root and shows its output. With `isPatient` the command runs at the lowest
 * priority, and its output is shown when it has ended.
 * @returns {Promise<number>} its exit code
 */
export function run(command, args, { env = {}, cwd = root, quiet = false, isPatient = false } = {}) {
  return new Promise((resolve) => {
    const [name, ...rest] = isPatient ? ['nice', '-n', '19', command, ...args] : [command, ...args]
    const output = isPatient ? 'pipe' : 'inherit'
    const child = spawn(name, rest, {
      cwd,
      env: { ...toolEnv, ...env },
      stdio: ['ignore', quiet ? 'ignore' : output, output],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part) => (text += part))
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve(127)
    })
    child.on('close', (code, signal) => {
      process.stdout.write(text)
      resolve(signal ? 1 : code)
    })
  })
}

/** Runs a command and returns what it printed, or null when it failed. */
export function read(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnv, stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    child.on('error', () => resolve(null))
    child.on('close', (code) => resolve(code === 0 ? text.trim() : null))
  })
}
