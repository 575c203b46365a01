import { betterAuth } from 'better-auth'
import { Kysely } from 'kysely'
import { hkdfSync } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Logger } from 'pino'
import { nodeSqliteDialect } from '../store/sqlite-dialect.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'

/**
 * Passes the client's address to better-auth. A client cannot set this header, because no request reaches better-auth
 * directly.
 */
export const ADDRESS_HEADER = 'x-plugboard-address'
const MIN_PASSWORD = 12
const DAY_SECONDS = 86_400

export interface AuthOptions {
  readonly key: Buffer
  /** Names the cookies of this server. */
  readonly cookieId: string
  /** Cookies travel over TLS only. */
  readonly secure: boolean
  readonly log: Logger
}

/** better-auth over a database of its own: passwords by argon2id, sessions, cookies; no route is served. */
export function createAuth(sqlite: DatabaseSync, { key, cookieId, secure, log }: AuthOptions) {
  return betterAuth({
    appName: 'Plugboard',
    // Only for the links and redirects that we do not use; our own guard decides which requests are accepted.
    baseURL: secure ? 'https://localhost' : 'http://localhost',
    secret: Buffer.from(hkdfSync('sha256', key, '', 'plugboard sessions', 32)).toString('base64'),
    database: { db: new Kysely({ dialect: nodeSqliteDialect(sqlite) }), type: 'sqlite', transaction: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: 256,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false, defaultValue: 'viewer' },
        disabled: { type: 'boolean', required: true, input: false, defaultValue: false },
      },
    },
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS },
    advanced: {
      // Servers on one machine share its cookies, whatever their ports.
      cookiePrefix: `plugboard-${cookieId}`,
      useSecureCookies: secure,
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { log: (level, message) => log[level === 'error' ? 'warn' : 'debug']({ auth: level }, message) },
  })
}
