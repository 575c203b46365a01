import type { WireError } from '@plugboard/protocol'
import { operations, type OperationName, type RestRoute } from '@plugboard/protocol/operations'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RequestGuard } from '../gateway/request-guard.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import { RequestError, statusOf, toProblem, toWire } from '../wire-problem.ts'

const PREFIX = '/api/v1'
const JSON_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json']

/** What is not REST needs no token, but comes from the same hosts and origins. */
export function guardPages(app: FastifyInstance, guard: RequestGuard): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (!raw.url?.startsWith(PREFIX)) guard.checkOrigin(raw)
  })
  app.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
}

/** Answers whatever went wrong with a problem. */
export function refuseRequest(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, wireOf(error, request))
}

/** REST, made from the table of operations. */
export function registerRest(
  app: FastifyInstance,
  { guard, runner }: { guard: RequestGuard; runner: OperationRunner },
): void {
  void app.register(
    async (api) => {
      // Checked in this order: 401, 403, 415; then the body: 413, 400; then the operation: 422, 404, 409.
      api.addHook('onRequest', async ({ raw }) => {
        guard.checkBearer(raw)
        guard.checkOrigin(raw)
        checkContentType(raw.method, raw.headers['content-type'], raw.headers['content-length'])
      })
      api.removeAllContentTypeParsers()
      api.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (_request, body, done) => {
        try {
          done(null, body === '' ? undefined : JSON.parse(body as string))
        } catch {
          done(new RequestError('MALFORMED', 'the body is not JSON'))
        }
      })
      api.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
      api.setNotFoundHandler((request, reply) => sendProblem(reply, noRoute(request)))

      api.get('/', async () => listOperations())
      for (const name of Object.keys(operations) as OperationName[]) {
        const { rest } = operations[name]
        api.route({
          method: rest.method,
          url: rest.path.replaceAll(/\{(\w+)\}/g, ':$1'),
          handler: async (request, reply) => {
            const result = await runner.run(name, inputOf(request, rest), {
              actor: 'local',
              role: 'admin',
              via: 'rest',
              address: request.ip,
            })
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

function checkContentType(method = 'GET', type: string | undefined, length: string | undefined): void {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return
  const isEmpty = length === undefined || length === '0'
  if (type === undefined && isEmpty) return
  const essence = type?.split(';')[0]!.trim().toLowerCase() ?? ''
  if (!JSON_TYPES.includes(essence))
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', `the body must be ${JSON_TYPES[0]}`)
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
  return reply
    .code(statusOf(error))
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error)))
}
