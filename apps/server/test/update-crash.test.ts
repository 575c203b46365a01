import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { randomOf } from '../../../packages/core/test/random.ts'
import { leftOf, ServerProcess } from './faults/server-process.ts'
import { tempFolder, writePlugin } from './support.ts'

const ROUNDS = process.env.PLUGBOARD_SOAK ? 50 : 10
/** An update, its way back and an installation take less than this here. */
const WITHIN_MS = 700

const writeVersion = (version: string): Promise<string> =>
  writePlugin('counts', {
    plugin: 'counts',
    version,
    events: ['custom.*'],
    ...(version === '1.1.0' && { permissions: ['NetworkAccess'] }),
  })

/** What a round begins with, by turns. */
const ACTS = ['update', 'rollback', 'settle', 'install'] as const

async function begin(server: ServerProcess, act: (typeof ACTS)[number], round: number): Promise<void> {
  switch (act) {
    case 'update':
      await server.ask('POST', '/plugins/counts/update', { version: '1.1.0', accept: ['permissions', 'banned'] })
      return
    case 'rollback':
      await server.ask('POST', '/plugins/counts/rollback', { version: '1.0.0' })
      return
    case 'settle':
      await server.ask('POST', '/plugins/counts/update', { version: '1.1.0', accept: ['permissions', 'banned'] })
      await server.ask('POST', '/plugins/counts/update/settle', { verdict: 'bad' })
      return
    case 'install':
      await server.ask('POST', '/versions', { path: await writeVersion(`1.2.${round}`) })
  }
}

test(`killed at ${ROUNDS} random moments of installs, updates and ways back, the server comes back with one whole version, and says what happened`, async () => {
  const dataDir = await tempFolder()
  const random = randomOf(17)
  let server = await ServerProcess.start(dataDir)
  for (const version of ['1.0.0', '1.1.0']) await server.ask('POST', '/versions', { path: await writeVersion(version) })
  await server.ask('POST', '/plugins', { id: 'counts', version: '1.0.0' })
  const seen = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const act = ACTS[round % ACTS.length]!
    const acting = begin(server, act, round).catch(() => {})
    await sleep(random() * WITHIN_MS)
    const guests = server.guests()
    await server.kill()
    await acting
    expect(await leftOf(guests, 15_000)).toEqual([])
    server = await ServerProcess.start(dataDir)
    const plugin = await activePlugin(server)
    expect(plugin).toMatchObject({ state: 'active', version: expect.stringMatching(/^1\.[01]\.0$/) })
    // What runs has just what it needs, and is what is said to run.
    const versions = (await server.ask('GET', '/plugins/counts/versions'))!.body as Installed[]
    expect(versions.filter(({ current }) => current)).toMatchObject([
      { version: plugin.version, digest: plugin.digest },
    ])
    expect(plugin.update === null || ['watching', 'rolled-back', 'failed'].includes(plugin.update.phase)).toBe(true)
    if (plugin.update?.phase === 'watching') expect(plugin.version).toBe(plugin.update.to)
    if (plugin.update) seen.add(plugin.update.phase)
  }
  // None is left half installed, and what became of the updates is in the history.
  const timeline = (await server.ask('GET', '/timeline?id=counts&kind=version&limit=200'))!.body as { code: string }[]
  const codes = new Set(timeline.map(({ code }) => code))
  for (const [phase, code] of [
    ['failed', 'update-failed'],
    ['rolled-back', 'update-rolled-back'],
    ['watching', 'update-resumed'],
  ] as const)
    if (seen.has(phase)) expect(codes).toContain(code)
  expect(seen.size).toBeGreaterThan(0)
  await server.stop()
}, 300_000)

interface Installed {
  readonly version: string
  readonly digest: string
  readonly current: boolean
}

interface Shown {
  readonly state: string
  readonly version: string
  readonly digest: string
  readonly update: { readonly phase: string; readonly to: string } | null
}

async function activePlugin(server: ServerProcess): Promise<Shown> {
  let plugin: Shown | undefined
  for (let tries = 0; tries < 200; tries += 1) {
    plugin = (await server.ask('GET', '/plugins/counts'))?.body as Shown | undefined
    if (plugin?.state === 'active' && plugin.update?.phase !== 'rolling-back') break
    await sleep(50)
  }
  return plugin!
}
