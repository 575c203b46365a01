import { foundPlugin } from '../views.ts'
import type { Handlers } from './handler.ts'

export const profileHandlers: Handlers<'profiles.list' | 'profiles.record' | 'profiles.get' | 'profiles.remove'> = {
  'profiles.list': async ({ id }, { manager, profiles }) => {
    foundPlugin(manager, id)
    return await profiles.list(id)
  },
  'profiles.record': async ({ id, kind, seconds }, { manager, profiles }) => {
    foundPlugin(manager, id)
    return await profiles.record(id, kind, seconds)
  },
  'profiles.get': async ({ id, name }, { manager, profiles }) => {
    foundPlugin(manager, id)
    const { path: _path, ...view } = await profiles.get(id, name)
    return view
  },
  'profiles.remove': async ({ id, name }, { manager, profiles }) => {
    foundPlugin(manager, id)
    await profiles.remove(id, name)
    return null
  },
}
