import helmet from '@fastify/helmet'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import type { Logger } from 'pino'
import type { ServerConfig } from '../settings/config.ts'
import type { RequestGuard } from '../net/request-guard.ts'
import { registerApiDocs } from './api-docs.ts'
import { endLateRequests } from './late-requests.ts'
import { refuseRequest } from './problem.ts'
import { REST_PREFIX } from './rest.ts'
import { registerSite } from './site.ts'
import { bringsPackage } from './version-upload.ts'

/** For a whole request to arrive; a package may take longer. */
const REQUEST_MS = 30_000
const PACKAGE_MS = 15 * 60_000
const MAX_CONNECTIONS = 10_000
const MAX_BODY_BYTES = 1_024 * 1_024

interface HttpOptions {
  readonly config: ServerConfig
  readonly guard: RequestGuard
  readonly log: Logger
  readonly readiness: Readiness
  /** What keeps the store from writing; null while it can. */
  readonly storeTrouble: () => string | null
}

/** A client that offers another protocol, such as h2c, is answered by HTTP/1.1. */
function shouldUpgradeCallback({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** Set once every plugin is what is requested of it. */
export interface Readiness {
  isReady: boolean
}

/** The HTTP server with the routes that need no session: pages, docs, health. It does not listen yet. */
export async function createHttp({
  config,
  guard,
  log,
  readiness,
  storeTrouble,
}: HttpOptions): Promise<FastifyInstance> {
  const { tls, siteDir, basePath } = config
  const logger: FastifyBaseLogger = log
  const http = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    ...(tls
      ? { https: { key: readFileSync(tls.keyFile), cert: readFileSync(tls.certFile), shouldUpgradeCallback } }
      : { http: { shouldUpgradeCallback } }),
    forceCloseConnections: true,
    requestTimeout: PACKAGE_MS,
    frameworkErrors: (error, request, reply) => void refuseRequest(error, request, reply),
  })
  await http.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: tls !== null || config.behindProxy,
  })
  http.server.maxConnections = MAX_CONNECTIONS
  http.server.headersTimeout = REQUEST_MS
  endLateRequests(http, { withinMs: REQUEST_MS, mayTakeLonger: bringsPackage })
  guardPages(http, guard)
  http.get('/healthz', async () => ({ status: 'ok' }))
  http.get('/readyz', async (_request, reply) => {
    const { isReady } = readiness
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, store: storeTrouble() })
  })
  registerApiDocs(http, basePath)
  if (siteDir) registerSite(http, siteDir, basePath)
  return http
}

/** Requests outside REST must come from the same hosts and origins. */
function guardPages(app: FastifyInstance, guard: RequestGuard): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.url?.startsWith(REST_PREFIX)) return
    guard.checkOrigin(raw)
    // A development server's pages sign in from their own origin.
    const { origin } = raw.headers
    if (!guard.isListed(origin)) return
    void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
    if (raw.method === 'OPTIONS') return reply.header('access-control-allow-headers', 'content-type').code(204).send()
  })
  app.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
}

/**
 * Lets a server be reached under a path, whether the proxy in front takes that path off or not. Call it when all that
 * listens to the server does: it comes before them.
 */
export function serveUnder(basePath: string, server: Server): void {
  if (basePath === '') return
  const takeOff = (request: IncomingMessage): void => {
    const { url = '' } = request
    const rest = url.startsWith(basePath) ? url.slice(basePath.length) : null
    if (rest === '' || rest?.startsWith('?')) request.url = `/${rest}`
    // The data of the first page, as Next.js asks for it.
    else if (rest?.startsWith('.txt')) request.url = `/index${rest}`
    else if (rest?.startsWith('/')) request.url = rest
  }
  server.prependListener('request', takeOff).prependListener('upgrade', takeOff)
}
