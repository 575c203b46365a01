import type { PluginManager } from '@plugboard/core'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { ProfileView } from '@plugboard/protocol'
import { foundPlugin } from '../views/plugin.ts'
import { RequestError } from '../errors/wire-problem.ts'
import type { Caller } from './caller.ts'
import type { Handlers } from './handler.ts'

interface ProfileServices {
  readonly manager: PluginManager
  readonly profiles: ProfileStore
}

export function profileHandlers({
  manager,
  profiles,
}: ProfileServices): Handlers<
  'profiles.list' | 'profiles.record' | 'profiles.get' | 'profiles.download' | 'profiles.remove'
> {
  return {
    'profiles.list': async ({ id }) => {
      foundPlugin(manager, id)
      return await profiles.list(id)
    },
    'profiles.record': async ({ id, kind, seconds }, { caller }) => {
      foundPlugin(manager, id)
      checkRole(kind, caller)
      return await profiles.record(id, kind, seconds)
    },
    'profiles.get': async ({ id, name }) => {
      foundPlugin(manager, id)
      const { path: _path, ...view } = await profiles.get(id, name)
      return view
    },
    'profiles.download': async ({ id, name }, { caller }) => {
      foundPlugin(manager, id)
      const { path: _path, ...view } = await profiles.get(id, name)
      checkRole(view.kind, caller)
      return view
    },
    'profiles.remove': async ({ id, name }, { caller }) => {
      foundPlugin(manager, id)
      const { cause } = await profiles.get(id, name)
      if (cause === 'hang' && caller.role !== 'admin')
        throw new RequestError('FORBIDDEN', 'the recording of a hang is evidence: removing it needs the role admin')
      await profiles.remove(id, name)
      return null
    },
  }
}

/** A heap snapshot holds every secret of its plugin, as text. */
function checkRole(kind: ProfileView['kind'], { role }: Caller): void {
  if (kind === 'heap-snapshot' && role !== 'admin')
    throw new RequestError('FORBIDDEN', 'a heap snapshot needs the role admin: it contains the secrets of its plugin')
}
