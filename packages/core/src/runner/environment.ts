import { PluginError } from '../errors/plugin-error.ts'

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>

/** Where and in which language the host runs, and whose certificates it accepts: no secrets, and plugins need them. */
const PASSED = /^(?:TZ|LANG|LANGUAGE|LC_[A-Z_]+|NODE_EXTRA_CA_CERTS)$/
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** What every guest gets of its host's environment. */
export function passedEnvironment(of: Readonly<Record<string, string | undefined>>): Environment {
  return Object.fromEntries(
    Object.entries(of).filter((entry): entry is [string, string] => PASSED.test(entry[0]) && entry[1] !== undefined),
  )
}

/** @throws PluginError `OPTION_INVALID` */
export function checkEnvironment(env: unknown = {}): Environment {
  const refuse = (why: string): never => {
    throw new PluginError('OPTION_INVALID', `the option env ${why}`, { option: 'env' })
  }
  if (typeof env !== 'object' || env === null || Array.isArray(env)) return refuse('must be an object')
  for (const [name, value] of Object.entries(env)) {
    if (!NAME.test(name)) refuse(`has the name ${JSON.stringify(name)}: letters, digits and _ are allowed`)
    if (typeof value !== 'string' || value.includes('\0')) refuse(`has no usable text as ${name}`)
  }
  return { ...(env as Environment) }
}
