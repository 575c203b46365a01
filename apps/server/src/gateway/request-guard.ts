import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { RequestError } from '../wire-problem.ts'

export interface GuardOptions {
  readonly apiToken: string | null
  readonly origins: readonly string[]
}

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/

/** Decides whether a request may speak to us at all, on REST, polling and WebSocket alike. */
export class RequestGuard {
  readonly #tokenHash: Buffer | null
  readonly #origins: ReadonlySet<string>

  constructor({ apiToken, origins }: GuardOptions) {
    this.#tokenHash = apiToken === null ? null : sha256(apiToken)
    this.#origins = new Set(origins)
  }

  /** @throws RequestError `UNAUTHENTICATED` */
  checkToken(token: unknown): void {
    if (this.#tokenHash === null) return
    if (typeof token === 'string' && timingSafeEqual(sha256(token), this.#tokenHash)) return
    throw new RequestError('UNAUTHENTICATED', token ? 'the token is not the right one' : 'a bearer token is demanded')
  }

  /** @throws RequestError `UNAUTHENTICATED` */
  checkBearer({ headers }: IncomingMessage): void {
    this.checkToken(/^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1])
  }

  /**
   * Host must be loopback, Origin our own or listed. A request without Origin is no browser's write and passes, unless
   * it carries a cookie.
   * @throws RequestError `HOST_REFUSED`, `ORIGIN_REFUSED`
   */
  checkOrigin({ headers, method }: IncomingMessage): void {
    const { host, origin, cookie } = headers
    if (!host || !LOOPBACK_HOST.test(host)) {
      throw new RequestError('HOST_REFUSED', `the host ${JSON.stringify(host ?? '').slice(0, 80)} is not ours`)
    }
    if (origin === undefined) {
      if (cookie === undefined || method === 'GET' || method === 'HEAD') return
      throw new RequestError('ORIGIN_REFUSED', 'a request with a cookie must say its origin')
    }
    if (origin === `http://${host}` || this.#origins.has(origin)) return
    throw new RequestError('ORIGIN_REFUSED', `the origin ${JSON.stringify(origin).slice(0, 80)} is not ours`)
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
