import type { WireError } from '@plugboard/protocol'
import { operations, type OperationName, type RestRoute } from '@plugboard/protocol/operations'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Principal } from '../auth/principal.ts'
import type { RequestGuard } from '../gateway/request-guard.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import { RequestError, statusOf, toProblem, toWire } from '../wire-problem.ts'
import { clientAddress } from './client-address.ts'
import { takeJsonOnly } from './json-body.ts'

const PREFIX = '/api/v1'
interface RestDeps {
  readonly guard: RequestGuard
  readonly access: Authenticator
  readonly runner: OperationRunner
  readonly behindProxy: boolean
}

/** What is not REST comes from the same hosts and origins, whoever asks. */
export function guardPages(app: FastifyInstance, guard: RequestGuard): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (raw.url?.startsWith(PREFIX)) return
    guard.checkOrigin(raw)
    // A development server's pages sign in from their own origin.
    const { origin } = raw.headers
    if (!guard.isListed(origin)) return
    void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
    if (raw.method === 'OPTIONS') return reply.header('access-control-allow-headers', 'content-type').code(204).send()
  })
  app.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
}

/** Answers whatever went wrong with a problem. */
export function refuseRequest(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, wireOf(error, request))
}

/** REST, made from the table of operations. */
export function registerRest(app: FastifyInstance, { guard, access, runner, behindProxy }: RestDeps): void {
  void app.register(
    async (api) => {
      const principals = new WeakMap<IncomingMessage, Principal>()
      // Checked in this order: 401, 403, 415; then the body: 413, 400; then the operation: 422, 404, 409.
      api.addHook('onRequest', async ({ raw }) => {
        principals.set(raw, await access.identify(raw.headers, clientAddress(raw, behindProxy)))
        guard.checkOrigin(raw)
      })
      takeJsonOnly(api)
      api.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
      api.setNotFoundHandler((request, reply) => sendProblem(reply, noRoute(request)))

      api.get('/', async () => listOperations())
      for (const name of Object.keys(operations) as OperationName[]) {
        const { rest } = operations[name]
        api.route({
          method: rest.method,
          url: rest.path.replaceAll(/\{(\w+)\}/g, ':$1'),
          handler: async (request, reply) => {
            const { raw } = request
            const caller = { ...principals.get(raw)!, via: 'rest' as const, address: clientAddress(raw, behindProxy) }
            const result = await runner.run(name, inputOf(request, rest), caller)
            if (!result.ok) return sendProblem(reply, result.error)
            if (rest.etagField) void reply.header('etag', `"${String((result.value as Fields)[rest.etagField])}"`)
            // A plan is an answer of its own: nothing was made, and nothing is gone.
            if (isPlan(result.value)) return reply.code(200).send(result.value)
            return reply.code(rest.status ?? 200).send(rest.status === 204 ? undefined : result.value)
          },
        })
      }
    },
    { prefix: PREFIX },
  )
}

type Fields = Readonly<Record<string, unknown>>

function isPlan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'steps' in value
}

/** What there is, for who looks around. */
function listOperations(): { operation: string; method: string; path: string; role: string; summary: string }[] {
  return Object.entries(operations).map(([operation, { rest, role, summary }]) => {
    return { operation, method: rest.method, path: PREFIX + rest.path, role, summary }
  })
}

/** The path wins over the body, and the body over the query. */
function inputOf({ query, body, params, headers }: FastifyRequest, { bodyField, ifMatchField }: RestRoute): unknown {
  const fields = bodyField ? { [bodyField]: body } : body
  if (fields !== undefined && (typeof fields !== 'object' || fields === null || Array.isArray(fields))) {
    throw new RequestError('INPUT_INVALID', 'the body must be an object')
  }
  const ifMatch = ifMatchField && headers['if-match'] !== undefined ? { [ifMatchField]: headers['if-match'] } : {}
  return { ...(query as object), ...fields, ...ifMatch, ...(params as object) }
}

function wireOf(error: unknown, { log }: FastifyRequest): WireError {
  const { code, message } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'TOO_LARGE', message, details: null }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'UNSUPPORTED_MEDIA_TYPE', message, details: null }
  if (code?.startsWith('FST_ERR_')) return { code: 'MALFORMED', message, details: null }
  const wire = toWire(error)
  if (wire.code === 'INTERNAL') log.error({ err: error }, 'a request failed')
  return wire
}

function noRoute({ method, url }: FastifyRequest): WireError {
  return { code: 'NOT_FOUND', message: `there is no ${method} ${url.split('?')[0]!.slice(0, 200)}`, details: null }
}

function sendProblem(reply: FastifyReply, error: WireError): FastifyReply {
  if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer realm="plugboard"')
  const { retryAfterSeconds } = (error.details ?? {}) as { retryAfterSeconds?: number }
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds))
  return reply
    .code(statusOf(error))
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error)))
}
