import type { IncomingMessage } from 'node:http'
import { RequestError } from '../errors/wire-problem.ts'

export interface GuardOptions {
  /** Origins other than our own that may talk to us; their hosts are ours too. */
  readonly origins: readonly string[]
  /** We end TLS ourselves. */
  readonly isTls: boolean
}

/** Orchestrators ask them by the address of the machine. They change nothing, and the last one takes a token. */
const PROBES: readonly string[] = ['/healthz', '/readyz', '/metrics']
const BEARER = /^Bearer \S/i
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/

/** Decides whether a request may speak to us at all, on REST, polling and WebSocket alike. Who asks is another question. */
export class RequestGuard {
  readonly #origins: ReadonlySet<string>
  readonly #hosts: ReadonlySet<string>
  readonly #scheme: string

  constructor({ origins, isTls }: GuardOptions) {
    this.#origins = new Set(origins)
    this.#hosts = new Set(origins.map((origin) => new URL(origin).host))
    this.#scheme = isTls ? 'https' : 'http'
  }

  /** An origin that the operator trusts. */
  isListed(origin: string | undefined): origin is string {
    return origin !== undefined && this.#origins.has(origin)
  }

  /**
   * Host must be loopback or listed, except for probes, and Origin our own or listed. A request with neither Origin nor cookie passes: it
   * is not a write by a browser. Neither is a request with a bearer token, which also decides alone who asks. A request
   * with a cookie and no Origin must be a read, and must not come from another site unless it is a navigation.
   * @throws RequestError `HOST_REFUSED`, `ORIGIN_REFUSED`
   */
  checkOrigin({ headers, method, url = '' }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>): void {
    const { origin, cookie, upgrade, authorization = '' } = headers
    const host = headers.host?.toLowerCase()
    if (PROBES.includes(url) && origin === undefined) return
    if (!host || !(LOOPBACK_HOST.test(host) || this.#hosts.has(host))) {
      throw new RequestError(
        'HOST_REFUSED',
        `the host ${JSON.stringify(host ?? '').slice(0, 80)} is not an address of this server: PLUGBOARD_ORIGINS lists them`,
      )
    }
    if (origin !== undefined) {
      if (origin === `${this.#scheme}://${host}` || this.#origins.has(origin)) return
      throw new RequestError(
        'ORIGIN_REFUSED',
        `the origin ${JSON.stringify(origin).slice(0, 80)} is not an address of this server: PLUGBOARD_ORIGINS lists them`,
      )
    }
    if (cookie === undefined || BEARER.test(authorization)) return
    const site = headers['sec-fetch-site']
    const isForeign = site === 'cross-site' || site === 'same-site'
    const reads = (method === 'GET' || method === 'HEAD') && upgrade === undefined
    if (!reads || (isForeign && headers['sec-fetch-mode'] !== 'navigate')) {
      throw new RequestError('ORIGIN_REFUSED', 'a request with a cookie must say its origin')
    }
  }
}
