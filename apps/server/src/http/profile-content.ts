import type { FastifyInstance, FastifyRequest } from 'fastify'
import { open } from 'node:fs/promises'
import type { Caller } from '../operations/caller.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import { problemOf, sendAnswer } from './problem.ts'

interface ProfileContentDeps {
  readonly runner: OperationRunner
  readonly profiles: ProfileStore
  readonly callerOf: (request: FastifyRequest) => Promise<Caller>
}

/** The content of a recording, checked against the caller's role. It is too large for an answer in JSON. */
export function addProfileContent(api: FastifyInstance, { runner, profiles, callerOf }: ProfileContentDeps): void {
  api.get<{ Params: { id: string; name: string } }>(
    '/plugins/:id/profiles/:name/content',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { id, name } = request.params
      const answer = await runner.run('profiles.download', { id, name }, await callerOf(request))
      if (!answer.ok) return sendAnswer(reply, problemOf(answer.error))
      const { path } = await profiles.get(id, name)
      // One handle for its length and its content: it may be removed meanwhile.
      const file = await open(path)
      const { size } = await file.stat()
      return reply
        .type('application/json')
        .header('content-length', size)
        .header('content-disposition', `attachment; filename="${id}-${name}"`)
        .send(file.createReadStream())
    },
  )
}
