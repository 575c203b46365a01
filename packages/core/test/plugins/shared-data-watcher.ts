import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Reads the key `a` at its start, sets it twice if its version is 0 and then 1, and lists what came of it. */
export default definePlugin(({ sharedData }) => {
  const seen: JsonValue[] = []
  return {
    async start() {
      sharedData.onDidChange(({ key, version }) => void seen.push(`${key}@${version}`))
      const entry = await sharedData.get('a')
      seen.push(entry ? { ...entry } : null)
      for (const version of [0, 1]) seen.push((await sharedData.compareAndSet('a', version, 'mine')) ?? null)
    },
    status: () => seen,
  }
})
