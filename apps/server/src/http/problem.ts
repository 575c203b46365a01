import type { WireError } from '@plugboard/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { KeptAnswer } from '../store/tables/idempotency.ts'
import { statusOf, toProblem, toWire } from '../errors/wire-problem.ts'

/** Answers whatever went wrong with a problem; a page or file that is not there with the page for that. */
export function refuseRequest(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply | void {
  if (statusCodeOf(error) === 404) return reply.callNotFound()
  return sendAnswer(reply, problemOf(wireOf(error, request)))
}

/** An error as an answer: RFC 9457 problem details. */
export function problemOf(error: WireError): KeptAnswer {
  const { retryAfterSeconds } = (error.details ?? {}) as { retryAfterSeconds?: number }
  return {
    status: statusOf(error),
    headers: {
      'content-type': 'application/problem+json',
      ...(error.code === 'UNAUTHENTICATED' && { 'www-authenticate': 'Bearer realm="plugboard"' }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(toProblem(error)),
  }
}

export function noRoute({ method, url }: FastifyRequest): KeptAnswer {
  const message = `there is no ${method} ${url.split('?')[0]!.slice(0, 200)}`
  return problemOf({ code: 'NOT_FOUND', message, details: null })
}

export function sendAnswer(reply: FastifyReply, { status, headers, body }: KeptAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .send(body ?? undefined)
}

function wireOf(error: unknown, { log }: FastifyRequest): WireError {
  const { code, message } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'TOO_LARGE', message, details: null }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'UNSUPPORTED_MEDIA_TYPE', message, details: null }
  if (code?.startsWith('FST_ERR_')) return { code: 'MALFORMED', message, details: null }
  // Errors of libraries say with their status whether the request was at fault.
  const status = statusCodeOf(error)
  if (status === 403) return { code: 'FORBIDDEN', message, details: null }
  if (status !== undefined && status >= 400 && status < 500) return { code: 'MALFORMED', message, details: null }
  const wire = toWire(error)
  if (wire.code === 'INTERNAL') log.error({ err: error }, 'a request failed')
  return wire
}

function statusCodeOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown }
  return typeof statusCode === 'number' ? statusCode : undefined
}
