import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createReadStream } from 'node:fs'
import type { Caller } from '../operations/caller.ts'
import type { OperationRunner } from '../operations/operation-runner.ts'
import type { ProfileShelf } from '../profiles/profile-shelf.ts'
import { problemOf, sendAnswer } from './problem.ts'

interface ProfileContentDeps {
  readonly runner: OperationRunner
  readonly profiles: ProfileShelf
  readonly callerOf: (request: FastifyRequest) => Promise<Caller>
}

/** The content of a recording, for who may ask for the recording; too large to pass through an answer of JSON. */
export function addProfileContent(api: FastifyInstance, { runner, profiles, callerOf }: ProfileContentDeps): void {
  api.get<{ Params: { id: string; name: string } }>('/plugins/:id/profiles/:name/content', async (request, reply) => {
    const { id, name } = request.params
    const answer = await runner.run('profiles.get', { id, name }, await callerOf(request))
    if (!answer.ok) return sendAnswer(reply, problemOf(answer.error))
    const { path, bytes } = await profiles.get(id, name)
    return reply
      .type('application/json')
      .header('content-length', bytes)
      .header('content-disposition', `attachment; filename="${id}-${name}"`)
      .send(createReadStream(path))
  })
}
