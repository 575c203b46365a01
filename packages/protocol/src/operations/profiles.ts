import { z } from 'zod'
import { profileView } from '../view.ts'
import { pluginId } from './input.ts'
import { operation } from './operation.ts'

const MAX_SECONDS = 30

const oneProfile = z.strictObject({ id: pluginId, name: z.string().regex(/^[\w.-]{1,128}$/) })

/** Recordings of a plugin: what it computes, what it allocates, what it holds. */
export const profileOperations = {
  'profiles.list': operation({
    role: 'operator',
    audit: false,
    summary: 'The recordings of a plugin, newest first: those of hangs and requested ones',
    input: z.strictObject({ id: pluginId }),
    output: z.array(profileView),
    rest: { method: 'GET', path: '/plugins/{id}/profiles' },
  }),
  'profiles.record': operation({
    role: 'operator',
    audit: { fields: ['kind', 'seconds'] },
    summary:
      'Records a running plugin: a CPU or allocation profile over `seconds`; or a heap snapshot, during which the plugin is paused',
    input: z.strictObject({
      id: pluginId,
      kind: profileView.shape.kind,
      seconds: z.number().min(1).max(MAX_SECONDS).optional(),
    }),
    output: profileView,
    rest: { method: 'POST', path: '/plugins/{id}/profiles', status: 201 },
  }),
  'profiles.get': operation({
    role: 'operator',
    audit: false,
    summary: 'One recording',
    input: oneProfile,
    output: profileView,
    rest: { method: 'GET', path: '/plugins/{id}/profiles/{name}' },
  }),
  'profiles.download': operation({
    role: 'operator',
    audit: { fields: ['name'] },
    summary: 'The content of a recording, as a file; a heap snapshot needs the role admin',
    input: oneProfile,
    output: profileView,
    rest: { method: 'GET', path: '/plugins/{id}/profiles/{name}/content', sendsFile: true },
  }),
  'profiles.remove': operation({
    role: 'operator',
    audit: { fields: ['name'] },
    summary: 'Removes a recording',
    input: oneProfile,
    output: z.null(),
    rest: { method: 'DELETE', path: '/plugins/{id}/profiles/{name}', status: 204 },
  }),
}
