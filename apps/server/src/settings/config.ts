import { defaultNodeName } from '@plugboard/core'
import { hostname } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { BUNDLED_IDS } from './bundled.ts'

export interface ServerConfig {
  /** Names this host in topics, tables and events. */
  readonly node: string
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly pluginPaths: readonly string[]
  /** Which of the plugins that ship are loaded where they never were. */
  readonly bundled: readonly string[]
  /** What is done with a new version of one of them, which a new release of Plugboard brings. */
  readonly bundledUpdates: 'offer' | 'auto'
  readonly vmId: string
  /** A bearer token with the role admin, for automation. */
  readonly apiToken: string | null
  /** 32 bytes in base64 that secrets are encrypted with; null: a key file in the data folder. */
  readonly secretKey: string | null
  /** Start no plugin: to look at what is wrong, or to mend it. */
  readonly safe: boolean
  readonly logLevel: LogLevel
  /** Origins other than our own that may talk to us, such as a development server's. */
  readonly origins: readonly string[]
  /** Files in PEM; null: plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  /** A proxy in front terminates TLS and names the client. */
  readonly behindProxy: boolean
  /** The path that the server is reached under, such as `/board`; empty for none. */
  readonly basePath: string
  readonly versions: {
    /** Files with ed25519 public keys in PEM, by the name of their file: whose packages count as signed. */
    readonly trustedKeyFiles: readonly string[]
    /** Whether packages have to be signed. */
    readonly policy: 'any' | 'signed'
    /** Of npm packages; null: npm's own. */
    readonly registry: string | null
  }
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
  const tls = parseTls(env.PLUGBOARD_TLS_CERT, env.PLUGBOARD_TLS_KEY)
  const behindProxy = parseFlag('PLUGBOARD_BEHIND_PROXY', env.PLUGBOARD_BEHIND_PROXY)
  const origins = parseOrigins(env.PLUGBOARD_ORIGINS)
  if (!LOOPBACK.includes(host)) checkExposed(host, { tls, behindProxy, origins })
  if (tls || behindProxy) checkSecure(origins)
  const apiToken = env.PLUGBOARD_API_TOKEN || null
  if (apiToken !== null && !/^[\x21-\x7e]+$/.test(apiToken)) {
    throw new ConfigError('PLUGBOARD_API_TOKEN may hold printable ASCII characters without blanks only.')
  }
  if (apiToken !== null && apiToken.length < MIN_TOKEN) {
    throw new ConfigError(`PLUGBOARD_API_TOKEN has ${apiToken.length} characters; it needs at least ${MIN_TOKEN}.`)
  }
  return {
    node: parseNode(env.PLUGBOARD_NODE),
    host,
    port: parsePort(env.PLUGBOARD_PORT),
    dataDir: parseDataDir(env.PLUGBOARD_DATA_DIR),
    pluginPaths: parsePaths(env.PLUGBOARD_PLUGIN_PATHS),
    bundled: parseBundled(env.PLUGBOARD_BUNDLED),
    bundledUpdates: parseBundledUpdates(env.PLUGBOARD_BUNDLED_UPDATES),
    vmId: env.PLUGBOARD_VM_ID || hostname(),
    apiToken,
    secretKey: env.PLUGBOARD_SECRET_KEY || null,
    safe: parseFlag('PLUGBOARD_SAFE', env.PLUGBOARD_SAFE),
    logLevel: parseLogLevel(env.PLUGBOARD_LOG_LEVEL),
    origins,
    tls,
    behindProxy,
    basePath: parseBasePath(env.PLUGBOARD_BASE_PATH),
    versions: {
      trustedKeyFiles: parsePaths(env.PLUGBOARD_TRUSTED_KEYS),
      policy: parsePolicy(env.PLUGBOARD_SIGNATURES),
      registry: parseRegistry(env.PLUGBOARD_NPM_REGISTRY),
    },
    siteDir,
  }
}

/** Passwords and cookies do not travel in clear, and a browser must be able to verify this server. */
function checkExposed(
  host: string,
  { tls, behindProxy, origins }: Pick<ServerConfig, 'tls' | 'behindProxy' | 'origins'>,
): void {
  if (!tls && !behindProxy) {
    throw new ConfigError(
      `PLUGBOARD_HOST is "${host}", which others can reach: set PLUGBOARD_TLS_CERT and PLUGBOARD_TLS_KEY, or PLUGBOARD_BEHIND_PROXY=1 where a proxy ends TLS.`,
    )
  }
  if (origins.length === 0) {
    throw new ConfigError(
      `PLUGBOARD_HOST is "${host}", which others can reach: PLUGBOARD_ORIGINS must name the address they use, such as https://plugboard.example.com.`,
    )
  }
}

/** Over TLS a browser sends the cookie of a session to https only: on another address nobody could sign in. */
function checkSecure(origins: readonly string[]): void {
  const open = origins.find((origin) => origin.startsWith('http:') && !LOOPBACK.includes(new URL(origin).hostname))
  if (open === undefined) return
  throw new ConfigError(
    `PLUGBOARD_ORIGINS holds "${open}", but behind a proxy or with TLS people sign in over https only: list https://${new URL(open).host}.`,
  )
}

function parseTls(certFile: string | undefined, keyFile: string | undefined): ServerConfig['tls'] {
  if (!certFile && !keyFile) return null
  if (certFile && keyFile) return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
  throw new ConfigError('PLUGBOARD_TLS_CERT and PLUGBOARD_TLS_KEY go together: one of them is missing.')
}

function parseBundled(text = ''): readonly string[] {
  if (text === '' || text === 'all') return BUNDLED_IDS
  if (text === 'none') return []
  const ids = text.split(',').map((part) => part.trim())
  return ids.filter(Boolean).map((id) => {
    if (BUNDLED_IDS.includes(id)) return id
    throw new ConfigError(
      `PLUGBOARD_BUNDLED holds "${id}", but the plugins that ship are ${BUNDLED_IDS.join(', ')}; "none" loads none of them.`,
    )
  })
}

function parseBundledUpdates(text: string | undefined): 'offer' | 'auto' {
  if (text === undefined || text === '' || text === 'offer') return 'offer'
  if (text === 'auto') return 'auto'
  throw new ConfigError(`PLUGBOARD_BUNDLED_UPDATES is "${text}", but it must be offer or auto.`)
}

function parsePaths(text = ''): string[] {
  return text
    .split(delimiter)
    .filter(Boolean)
    .map((path) => resolve(path))
}

function parsePolicy(text: string | undefined): 'any' | 'signed' {
  if (text === undefined || text === '' || text === 'any') return 'any'
  if (text === 'signed') return 'signed'
  throw new ConfigError(`PLUGBOARD_SIGNATURES is "${text}", but it must be any or signed.`)
}

function parseRegistry(text: string | undefined): string | null {
  if (!text) return null
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new ConfigError(
    `PLUGBOARD_NPM_REGISTRY is "${text}", but it must be an address such as https://registry.example.com/.`,
  )
}

function parseDataDir(given: string | undefined): string {
  const dataDir = resolve(given || '.plugboard')
  if (!dataDir.includes('*')) return dataDir
  throw new ConfigError(
    `The data folder ${dataDir} contains *, which Node takes for a wildcard when it limits a plugin to its folder: set another folder with PLUGBOARD_DATA_DIR.`,
  )
}

function parseOrigins(text = ''): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map(parseOrigin)
}

function parseNode(text: string | undefined): string {
  if (text === undefined || text === '') return defaultNodeName()
  if (/^[a-z0-9-]{1,63}$/.test(text)) return text
  throw new ConfigError(`PLUGBOARD_NODE is "${text}", but the name of a host is 1 to 63 of a-z, 0-9 and -.`)
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

/** With one of them, an address would not say whether a proxy has taken the base path off. */
export const OWN_PATHS: readonly string[] = [
  'api',
  'socket.io',
  '_next',
  'healthz',
  'readyz',
  'metrics',
  'activity',
  'audit',
  'dead-letters',
  'dependencies',
  'events',
  'explore',
  'join',
  'logs',
  'permissions',
  'plugins',
  'set-up',
  'settings',
  'sign-in',
  'styleguide',
]

function parseBasePath(text = ''): string {
  if (text === '' || text === '/') return ''
  if (OWN_PATHS.includes(text.split('/')[1] ?? '')) {
    throw new ConfigError(
      `PLUGBOARD_BASE_PATH is "${text}", but the server has addresses of its own that begin like this.`,
    )
  }
  if (/^(?:\/[\w.~-]+)+$/.test(text) && !/\/\.{1,2}(?:\/|$)/.test(text)) return text
  throw new ConfigError(
    `PLUGBOARD_BASE_PATH is "${text}", but it must look like /board: letters, digits, . _ ~ and -, without a slash at its end.`,
  )
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
