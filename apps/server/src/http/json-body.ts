import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RequestError } from '../errors/wire-problem.ts'

/** Types that are JSON by their name, RFC 6839; parameters may follow. */
const JSON_TYPE = /^application\/(?:json|[\w.!#$&^-]+\+json)(?:\s*;|$)/

/**
 * Accepts only JSON bodies: a page of another site cannot send those without a CORS preflight. Checked in this order:
 * 415 before the body is read, then 413 and 400.
 * @param isElse whether a request takes a body of another type
 */
export function takeJsonOnly(app: FastifyInstance, isElse: (request: FastifyRequest) => boolean = () => false): void {
  app.addHook('onRequest', async (request) => {
    const { raw } = request
    if (isElse(request)) return
    checkContentType(raw.method, raw.headers['content-type'], raw.headers['content-length'])
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string))
    } catch {
      done(new RequestError('MALFORMED', 'the body is not JSON'))
    }
  })
}

function checkContentType(method = 'GET', type: string | undefined, length: string | undefined): void {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return
  const isEmpty = length === undefined || length === '0'
  if (type === undefined && isEmpty) return
  if (!JSON_TYPE.test(type?.toLowerCase() ?? '')) {
    throw new RequestError(
      'UNSUPPORTED_MEDIA_TYPE',
      'the body must be application/json, or another type that ends in +json',
    )
  }
}
