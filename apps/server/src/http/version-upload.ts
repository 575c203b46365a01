import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import type { Caller } from '../operations/caller.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import { isAllowed } from '../auth/roles.ts'
import type { Uploads } from '../versions/uploads.ts'
import { problemOf, sendAnswer } from './problem.ts'

const GZIP = 'application/gzip'
const PATH = '/versions'

interface UploadRoute {
  Querystring: { digest?: string }
}
type Upload = FastifyRequest<UploadRoute>

interface VersionUploadDeps {
  readonly runner: OperationRunner
  readonly uploads: Uploads
  readonly callerOf: (request: FastifyRequest) => Promise<Caller>
}

/** Takes a package as the body of `POST /versions`, or where it lies as JSON. A page of another site can send neither without a preflight. */
export function addVersionUpload(api: FastifyInstance, { runner, uploads, callerOf }: VersionUploadDeps): void {
  api.addContentTypeParser(GZIP, (_request, body, done) => done(null, body))
  api.post<UploadRoute>(PATH, async (request, reply) => {
    const caller = await callerOf(request)
    const answer = bringsPackage(request)
      ? await install(request, caller)
      : await runner.run('versions.install', request.body ?? {}, caller)
    if (!answer.ok) return sendAnswer(reply, problemOf(answer.error))
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return sendAnswer(reply, { status: 201, headers, body: JSON.stringify(answer.value) })
  })

  async function install(request: Upload, caller: Caller): ReturnType<OperationRunner['run']> {
    const { digest } = request.query
    const body = request.body as Readable
    // Whoever may not install gets the refusal without the file on disk.
    if (!isAllowed('versions.install', caller.role)) {
      body.resume()
      return runner.run('versions.install', {}, caller)
    }
    const upload = await uploads.take(body)
    try {
      const input = { upload, ...(digest !== undefined && { digest }) }
      // The body took its time, and access may have been revoked meanwhile.
      return await runner.run('versions.install', input, await callerOf(request))
    } finally {
      await uploads.remove(upload)
    }
  }
}

/** Whether a request brings a package, where one is taken. */
export function bringsPackage({ method, headers, routeOptions }: FastifyRequest): boolean {
  const isHere = method === 'POST' && routeOptions.url?.endsWith(PATH) === true
  return isHere && headers['content-type']?.toLowerCase().split(';')[0]?.trim() === GZIP
}
