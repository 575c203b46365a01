import { operations, type OperationName, type RestRoute } from '@plugboard/protocol/operations'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Authenticator } from '../auth/authenticator.ts'
import { isAllowed } from '../auth/roles.ts'
import type { RequestGuard } from '../net/request-guard.ts'
import type { Caller } from '../operations/caller.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import type { KeptAnswer } from '../store/tables/idempotency.ts'
import { RequestError, toWire } from '../errors/wire-problem.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { Uploads } from '../versions/uploads.ts'
import { Budgets } from '../net/budgets.ts'
import { clientAddress } from '../net/client-address.ts'
import { eventsOf } from './cloud-events-http.ts'
import type { IdempotencyKeys } from './idempotency.ts'
import { takeJsonOnly } from './json-body.ts'
import { addProfileContent } from './profile-content.ts'
import { noRoute, problemOf, refuseRequest, sendAnswer } from './problem.ts'
import { addVersionUpload, bringsPackage } from './version-upload.ts'

export const REST_PREFIX = '/api/v1'
/** For each caller. One request carries up to 1,000 events. */
const REQUESTS_PER_SECOND = 200
/** For each address, before the principal is looked up. */
const REQUESTS_PER_ADDRESS = 1_000

interface RestDeps {
  readonly guard: RequestGuard
  readonly access: Authenticator
  readonly runner: OperationRunner
  readonly keys: IdempotencyKeys
  readonly metrics: Registry
  readonly profiles: ProfileStore
  readonly uploads: Uploads
  readonly behindProxy: boolean
}

/** REST, made from the table of operations; and the metrics for Prometheus, for callers with any role. */
export function registerRest(app: FastifyInstance, deps: RestDeps): void {
  const callerOf = addCallers(deps)
  void app.register(
    async (api) => {
      // Checked in this order: 401, 403, 415; then the body: 413, 400; then the operation: 422, 404, 409.
      api.addHook('onRequest', callerOf.check)
      takeJsonOnly(api, bringsPackage)
      api.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
      api.setNotFoundHandler((request, reply) => sendAnswer(reply, noRoute(request)))
      api.get('/', async () => listOperations())
      for (const name of Object.keys(operations) as OperationName[]) {
        if (!hasOwnRoute(operations[name].rest)) addRoute(api, name, { ...deps, callerOf: callerOf.read })
      }
      addProfileContent(api, { ...deps, callerOf: callerOf.read })
      addVersionUpload(api, { ...deps, callerOf: callerOf.read })
      addOtherMethods(api)
    },
    { prefix: REST_PREFIX },
  )
  void app.register(async (scope) => {
    scope.addHook('onRequest', callerOf.check)
    scope.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
    scope.get('/metrics', async (_request, reply) =>
      reply.type(deps.metrics.contentType).send(await deps.metrics.metrics()),
    )
  })
}

/** Looks up the principal before anything else, and once more when the whole request has arrived. */
function addCallers({ guard, access, behindProxy }: RestDeps): {
  readonly check: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly read: (request: FastifyRequest) => Promise<Caller>
} {
  const [byCaller, byAddress] = [new Budgets(REQUESTS_PER_SECOND), new Budgets(REQUESTS_PER_ADDRESS)]
  return {
    check: async ({ raw }) => {
      const address = clientAddress(raw, behindProxy)
      byAddress.take(address)
      const principal = await access.identify(raw.headers, address)
      try {
        guard.checkOrigin(raw)
        byCaller.take(principal.actor)
      } catch (thrown) {
        access.refused(address, toWire(thrown).code)
        throw thrown
      }
    },
    // Looked at once more: a body may take long to arrive, and access may have been revoked meanwhile.
    read: async ({ raw }) => {
      const principal = await access.find(raw.headers)
      if (!principal) throw new RequestError('UNAUTHENTICATED', 'the session or the token has ended')
      return { ...principal, via: 'rest', address: clientAddress(raw, behindProxy) }
    },
  }
}

function addRoute(
  api: FastifyInstance,
  name: OperationName,
  { runner, keys, callerOf }: RestDeps & { readonly callerOf: (request: FastifyRequest) => Promise<Caller> },
): void {
  const { rest } = operations[name]
  api.route({
    method: rest.method,
    url: urlOf(rest),
    handler: async (request, reply) => {
      const caller = await callerOf(request)
      const input = inputOf(request, rest)
      const act = async (): Promise<KeptAnswer> => {
        const result = await runner.run(name, input, caller)
        return result.ok ? answerOf(result.value, rest) : problemOf(result.error)
      }
      const key = request.headers['idempotency-key']
      // The key of a caller without the required role is not stored. The refusal is only in the audit.
      if (key === undefined || rest.method === 'GET' || !isAllowed(name, caller.role))
        return sendAnswer(reply, await act())
      const content = [name, input]
      // Of this token or account: a later one of the same name is another principal.
      const owner = caller.tokenId ?? caller.account?.id ?? 'environment'
      const keyed = { key: String(key), actor: owner, content, showsOnce: operations[name].showsOnce === true }
      return sendAnswer(reply, await keys.run(keyed, act))
    },
  })
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What else is asked of a path that there is: OPTIONS is told what it takes, other methods are refused with it. */
function addOtherMethods(api: FastifyInstance): void {
  const taken = new Map<string, Set<string>>()
  for (const { rest } of Object.values(operations)) {
    const url = urlOf(rest)
    taken.set(url, (taken.get(url) ?? new Set()).add(rest.method))
  }
  for (const [url, methods] of taken) {
    const allow = [
      ...METHODS.filter((method) => methods.has(method)),
      ...(methods.has('GET') ? ['HEAD'] : []),
      'OPTIONS',
    ]
    const headers = { allow: allow.join(', ') }
    api.options(url, async (_request, reply) => sendAnswer(reply, { status: 204, headers, body: null }))
    api.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url,
      exposeHeadRoute: false,
      handler: async ({ method }, reply) => {
        const message = `this address takes ${headers.allow}, not ${method}`
        const answer = problemOf({ code: 'METHOD_NOT_ALLOWED', message, details: { allowed: allow } })
        return sendAnswer(reply, { ...answer, headers: { ...answer.headers, ...headers } })
      },
    })
  }
}

function urlOf({ path }: RestRoute): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function hasOwnRoute({ sendsFile, takesFile }: RestRoute): boolean {
  return sendsFile === true || takesFile === true
}

function answerOf(value: unknown, { status = 200, etagField }: RestRoute): KeptAnswer {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(etagField && { etag: `"${String((value as Readonly<Record<string, unknown>>)[etagField])}"` }),
  }
  // A dry run answers 200 with its plan, not 201 or 204: nothing was created or deleted.
  if (isPlan(value)) return { status: 200, headers, body: JSON.stringify(value) }
  return status === 204 ? { status, headers: {}, body: null } : { status, headers, body: JSON.stringify(value) }
}

function isPlan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'steps' in value
}

/** The list of operations. */
function listOperations(): { operation: string; method: string; path: string; role: string; summary: string }[] {
  return Object.entries(operations).map(([operation, { rest, role, summary }]) => {
    return { operation, method: rest.method, path: REST_PREFIX + rest.path, role, summary }
  })
}

/** `*` is any revision, and a proxy that compresses answers makes their tags weak. */
function revisionOf(ifMatch: string | undefined): string | undefined {
  return ifMatch === '*' ? undefined : ifMatch?.replace(/^W\//, '')
}

/** The path wins over the body, and the body over the query. */
function inputOf({ query, body, params, headers }: FastifyRequest, { bodyField, ifMatchField }: RestRoute): unknown {
  const fields = bodyField ? { [bodyField]: bodyField === 'events' ? eventsOf(headers, body) : body } : body
  if (fields !== undefined && (typeof fields !== 'object' || fields === null || Array.isArray(fields))) {
    throw new RequestError('INPUT_INVALID', 'the body must be an object')
  }
  const expected = ifMatchField && revisionOf(headers['if-match'])
  const ifMatch = ifMatchField && expected !== undefined ? { [ifMatchField]: expected } : {}
  return { ...(query as object), ...fields, ...ifMatch, ...(params as object) }
}
