import { hostname } from 'node:os'
import { delimiter, resolve } from 'node:path'

export interface ServerConfig {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly pluginPaths: readonly string[]
  readonly vmId: string
  /** Demanded of REST and sockets where it is set. */
  readonly apiToken: string | null
  /** 32 bytes in base64 that secrets are encrypted with; null: a key file in the data folder. */
  readonly secretKey: string | null
  /** Start no plugin: to look at what is wrong, or to mend it. */
  readonly safe: boolean
  readonly logLevel: LogLevel
  /** Origins other than our own that may talk to us, such as a development server's. */
  readonly origins: readonly string[]
  /** The built dashboard; null serves none. */
  readonly siteDir: string | null
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const MIN_TOKEN = 16

/** A setting that cannot be used. Its message is one sentence that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the settings. Pure: nothing is opened or created.
 * @throws ConfigError
 */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  siteDir: string | null = null,
): ServerConfig {
  const host = env.PLUGBOARD_HOST || '127.0.0.1'
  if (!LOOPBACK.includes(host)) {
    throw new ConfigError(
      `PLUGBOARD_HOST is "${host}", but until Plugboard has sign-in it listens on loopback only: use 127.0.0.1, ::1 or localhost.`,
    )
  }
  const apiToken = env.PLUGBOARD_API_TOKEN || null
  if (apiToken !== null && !/^[\x21-\x7e]+$/.test(apiToken)) {
    throw new ConfigError('PLUGBOARD_API_TOKEN may hold printable ASCII characters without blanks only.')
  }
  if (apiToken !== null && apiToken.length < MIN_TOKEN) {
    throw new ConfigError(`PLUGBOARD_API_TOKEN has ${apiToken.length} characters; it needs at least ${MIN_TOKEN}.`)
  }
  return {
    host,
    port: parsePort(env.PLUGBOARD_PORT),
    dataDir: resolve(env.PLUGBOARD_DATA_DIR || '.plugboard'),
    pluginPaths: (env.PLUGBOARD_PLUGIN_PATHS ?? '')
      .split(delimiter)
      .filter(Boolean)
      .map((path) => resolve(path)),
    vmId: env.PLUGBOARD_VM_ID || hostname(),
    apiToken,
    secretKey: env.PLUGBOARD_SECRET_KEY || null,
    safe: parseFlag('PLUGBOARD_SAFE', env.PLUGBOARD_SAFE),
    logLevel: parseLogLevel(env.PLUGBOARD_LOG_LEVEL),
    origins: (env.PLUGBOARD_ORIGINS ?? '')
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean)
      .map(parseOrigin),
    siteDir,
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return 7584
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new ConfigError(`PLUGBOARD_PORT is "${text}", but a port is a whole number from 0 to 65535.`)
}

function parseFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '' || text === '0') return false
  if (text === '1') return true
  throw new ConfigError(`${name} is "${text}", but it must be 0 or 1.`)
}

function parseLogLevel(text: string | undefined): LogLevel {
  if (text === undefined || text === '') return 'info'
  const level = LOG_LEVELS.find((one) => one === text)
  if (level) return level
  throw new ConfigError(`PLUGBOARD_LOG_LEVEL is "${text}", but it must be one of ${LOG_LEVELS.join(', ')}.`)
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && url.origin === text && /^https?:$/.test(url.protocol)) return text
  throw new ConfigError(`PLUGBOARD_ORIGINS holds "${text}", but an origin looks like http://localhost:3000.`)
}
