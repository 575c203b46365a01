import { PluginError } from '../errors/plugin-error.ts'

const NEEDED = { major: 26, minor: 10 }

/** @throws PluginError `NODE_UNSUPPORTED` where this Node lacks a flag or module that the runtime is built on. */
export function checkNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return
  const needed = `${NEEDED.major}.${NEEDED.minor}.0`
  throw new PluginError('NODE_UNSUPPORTED', `Plugboard needs Node ${needed} or newer; this is ${version}`, {
    found: version,
    needed,
  })
}
