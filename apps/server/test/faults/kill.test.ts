import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { randomOf } from '../../../../packages/core/test/random.ts'
import { tempFolder, writePlugin } from '../support.ts'
import { leftOf, ServerProcess } from './server-process.ts'

const ROUNDS = process.env.PLUGBOARD_SOAK === '1' ? 100 : 10
const IDS = ['one', 'two', 'three', 'four'] as const
/** A guest whose host dies is gone within that [SV2]. */
const GONE_MS = 2_000

interface Wanted {
  readonly desired: 'active' | 'loaded' | 'unloaded'
  readonly n: number | null
  readonly policy: string | null
}

/** The last acknowledged state, and the state of a request without an answer. After a kill, either is correct. */
interface Known {
  acknowledged: Wanted
  asked: Wanted | null
}

interface Step {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly leadsTo: Wanted
}

function nextStep(id: string, path: string, { desired, n, policy }: Wanted, pick: () => number): Step {
  const plugin = `/plugins/${id}`
  const now = { desired, n, policy }
  if (desired === 'unloaded') {
    // A plugin that is loaded anew begins with its defaults.
    const leadsTo = { desired: 'active', n: 0, policy: 'on-crash' } as const
    return { method: 'POST', path: '/plugins', body: { path }, leadsTo }
  }
  const value = Math.floor(pick() * 1e6)
  const steps: Step[] = [
    { method: 'POST', path: `${plugin}/enable`, leadsTo: { ...now, desired: 'active' } },
    { method: 'POST', path: `${plugin}/disable`, leadsTo: { ...now, desired: 'loaded' } },
    { method: 'POST', path: `${plugin}/restart`, leadsTo: { ...now, desired: 'active' } },
    { method: 'PUT', path: `${plugin}/config`, body: { config: { n: value } }, leadsTo: { ...now, n: value } },
    {
      method: 'PUT',
      path: `${plugin}/restart-policy`,
      body: { policy: 'always' },
      leadsTo: { ...now, policy: 'always' },
    },
    { method: 'DELETE', path: plugin, leadsTo: { desired: 'unloaded', n: null, policy: null } },
  ]
  return steps[Math.floor(pick() * steps.length)]!
}

async function readWanted(server: ServerProcess, id: string): Promise<Wanted> {
  const view = await server.ask('GET', `/plugins/${id}`)
  if (view?.status === 404) return { desired: 'unloaded', n: null, policy: null }
  const config = await server.ask('GET', `/plugins/${id}/config`)
  return {
    desired: view!.body.enabled ? 'active' : 'loaded',
    n: config!.body.config.n,
    policy: view!.body.restartPolicy,
  }
}

test(
  `killed ${ROUNDS} times at random moments under mixed operations: nothing acknowledged is lost, no guest is left`,
  { timeout: ROUNDS * 15_000 },
  async () => {
    const seed = Number(process.env.PLUGBOARD_SEED ?? Date.now() % 1e9)
    const pick = randomOf(seed)
    const dataDir = await tempFolder()
    const configSchema = { type: 'object', properties: { n: { type: 'number', default: 0 } } }
    const paths = await Promise.all(IDS.map((id) => writePlugin(id, { configSchema })))
    const known = new Map<string, Known>(
      IDS.map((id) => [id, { acknowledged: { desired: 'unloaded', n: null, policy: null }, asked: null }]),
    )
    let acknowledged = 0
    let server = await ServerProcess.start(dataDir)
    for (let round = 0; round < ROUNDS; round += 1) {
      const victim = server
      let isAlive = true
      const work = IDS.map(async (id, index) => {
        const one = known.get(id)!
        while (isAlive) {
          const step = nextStep(id, paths[index]!, one.acknowledged, pick)
          one.asked = step.leadsTo
          const answer = await victim.ask(step.method, step.path, step.body)
          if (!answer) return
          expect(answer.status, `seed ${seed}: ${JSON.stringify([step, answer])}`).toBeLessThan(300)
          one.acknowledged = step.leadsTo
          one.asked = null
          acknowledged += 1
        }
      })
      // Some way into its work, however fast this machine is.
      const enough = acknowledged + 5 + pick() * 10
      await expect.poll(() => acknowledged, { timeout: 20_000 }).toBeGreaterThan(enough)
      await sleep(pick() * 300)
      const guests = victim.guests()
      isAlive = false
      await victim.kill()
      await Promise.all(work)
      expect(await leftOf(guests, GONE_MS), `seed ${seed}`).toEqual([])

      const database = new DatabaseSync(join(dataDir, 'plugboard.db'), { readOnly: true })
      expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
      database.close()
      // The next one to be killed shows first what this one left.
      server = await ServerProcess.start(dataDir)
      for (const [id, one] of known) {
        const found = await readWanted(server, id)
        expect([one.acknowledged, one.asked], `seed ${seed}, round ${round}, ${id}`).toContainEqual(found)
        one.acknowledged = found
        one.asked = null
      }
      const states = (await server.ask('GET', '/plugins'))!.body.map(
        ({ enabled, state }: { enabled: boolean; state: string }) => state === (enabled ? 'active' : 'loaded'),
      )
      expect(states.every(Boolean), `seed ${seed}: desired state is restored`).toBe(true)
      expect((await server.ask('GET', '/audit/verification'))!.body.brokenAt).toBeNull()
    }
    await server.stop()
    // The log of the run says how much that was.
    console.log(`${ROUNDS} kills, ${acknowledged} acknowledged operations, seed ${seed}`)
    expect(acknowledged).toBeGreaterThan(ROUNDS * 5)
  },
)
