import { expect, test } from 'vitest'
import { API } from './accounts-support.ts'
import { ask, startApp, writePlugin } from './support.ts'

const LETTERS = 40
const DATA_BYTES = 150_000

test('many dead letters with large events come in pages of a bounded size, and what an event carries one by one', async () => {
  const app = await startApp()
  const path = await writePlugin('fails', { plugin: 'fails-every-event', events: ['custom.*'] })
  await app.manager.loadPlugin(path)
  for (let n = 0; n < LETTERS; n += 1) {
    if (app.manager.getPlugin('fails')!.state !== 'active') await app.manager.restartPlugin('fails')
    await app.manager.broadcastEvent({ type: 'custom.x', data: { n, text: 'x'.repeat(n % 2 === 0 ? DATA_BYTES : 10) } })
  }
  const list = `${API}/plugins/fails/dead-letters`
  const seen: { id: string; events: { id: string; data: unknown; bytes: number; isCut: boolean }[] }[] = []
  for (let pages = 0, before = ''; pages <= LETTERS; pages += 1) {
    const { body: page } = await ask(app, 'GET', `${list}?limit=100${before}`)
    if (page.length === 0) break
    expect(JSON.stringify(page).length).toBeLessThan(2 ** 20)
    seen.push(...page)
    before = `&before=${page.at(-1).id}`
  }
  const kept = app.manager.getDeadLetters('fails')
  expect(kept.length).toBeGreaterThan(20)
  expect(seen.map(({ id }) => id)).toEqual(kept.map(({ id }) => id))

  const large = seen.find(({ events }) => events[0]!.isCut)!
  expect(large.events[0]).toMatchObject({ data: null, bytes: expect.closeTo(DATA_BYTES, -3) })
  const small = seen.find(({ events }) => !events[0]!.isCut)!
  expect(small.events[0]!.data).toMatchObject({ text: 'x'.repeat(10) })
  const { body: event } = await ask(app, 'GET', `${list}/${large.id}/events/${large.events[0]!.id}`)
  expect(event.data.text).toHaveLength(DATA_BYTES)
  expect(await ask(app, 'GET', `${list}/${large.id}/events/none`)).toMatchObject({
    status: 404,
    body: { code: 'DEAD_LETTER_NOT_FOUND' },
  })
  expect((await ask(app, 'GET', `${list}?limit=1000`)).status).toBe(422)
})

test('dead letters of all plugins are grouped by their cause; of a group one is edited and replayed, the rest at a rate', async () => {
  const app = await startApp()
  const path = await writePlugin('pays', { plugin: 'fails-without-amount', events: ['pay.*'] })
  await app.manager.loadPlugin(path)
  for (let n = 0; n < 4; n += 1)
    await app.manager.broadcastEvent({ id: `p${n}`, type: 'pay.order', data: { order: n } })
  await app.manager.broadcastEvent({ type: 'pay.other', data: { order: 4, currency: 'none' } })

  const { body: all } = await ask(app, 'GET', `${API}/dead-letters`)
  expect(all).toMatchObject({ letters: 5, events: 5, more: 0, replays: [] })
  expect(all.groups.map(({ letters, types }: { letters: number; types: string[] }) => [letters, types])).toEqual([
    [1, ['pay.other']],
    [4, ['pay.order']],
  ])
  const group = all.groups[1]
  expect(group).toMatchObject({ pluginId: 'pays', place: expect.stringMatching(/^index\.ts:\d+$/) })
  const list = `${API}/plugins/pays/dead-letters`
  const { body: letters } = await ask(app, 'GET', `${list}?group=${group.key}`)
  expect(letters.map(({ events }: { events: { id: string }[] }) => events[0]!.id)).toEqual(['p3', 'p2', 'p1', 'p0'])

  const edit = `${list}/${letters[0].id}/events/p3/replay`
  expect(await ask(app, 'POST', edit, { body: { data: { order: 3, amount: '[secret]' } } })).toMatchObject({
    status: 422,
    body: { code: 'INPUT_INVALID' },
  })
  const { body: edited } = await ask(app, 'POST', edit, { body: { data: { order: 3, amount: 1 } } })
  expect(edited).toMatchObject({ handled: 1, failed: 0, kept: 0 })

  await app.manager.updatePluginConfig('pays', { isLenient: true })
  const slow = ask(app, 'POST', `${list}/replay`, { body: { group: group.key, perSecond: 0.1 } })
  await expect
    .poll(async () => (await ask(app, 'GET', `${API}/dead-letters`)).body.replays)
    .toMatchObject([{ pluginId: 'pays', perSecond: 0.1, handled: 1, kept: 2 }])
  // The next one is due in ten seconds.
  expect((await ask(app, 'POST', `${list}/stop-replay`)).body).toEqual({ stopped: 1 })
  expect((await slow).body).toMatchObject({ handled: 1, failed: 0, kept: 2, isStopped: true })
  expect((await ask(app, 'GET', `${API}/dead-letters?id=pays`)).body).toMatchObject({ letters: 3, replays: [] })
})

test('what was discarded can be put back for a while, and a hidden secret in it stays hidden', async () => {
  const app = await startApp()
  const configSchema = { type: 'object', properties: { token: { type: 'string', writeOnly: true } } }
  const path = await writePlugin('fails', { plugin: 'fails-every-event', events: ['custom.*'], configSchema })
  await app.manager.loadPlugin(path, { config: { token: 'hush-hush-hush' } })
  await app.manager.broadcastEvent({ type: 'custom.x', data: { n: 1, says: 'hush-hush-hush' } })
  await app.manager.broadcastEvent({ type: 'custom.x', data: { n: 2 } })
  const list = `${API}/plugins/fails/dead-letters`
  const before = (await ask(app, 'GET', list)).body
  const { body: gone } = await ask(app, 'POST', `${list}/discard`)
  expect(gone).toMatchObject({ discarded: 2, undo: { until: expect.any(Number) } })
  expect((await ask(app, 'GET', list)).body).toEqual([])
  await app.manager.updatePluginConfig('fails', { token: 'another-one' })
  const back = { body: { discardId: gone.undo.discardId } }
  expect((await ask(app, 'POST', `${list}/put-back`, back)).body).toEqual({ letters: 2, gone: 0 })
  expect((await ask(app, 'GET', list)).body).toEqual(before)
  expect(JSON.stringify(before)).not.toContain('hush-hush')
  expect(await ask(app, 'POST', `${list}/put-back`, back)).toMatchObject({
    status: 404,
    body: { code: 'DEAD_LETTER_NOT_FOUND' },
  })
})

test('a secret in an event that was edited stays hidden in both letters, also when it is replaced and one is discarded', async () => {
  const app = await startApp()
  const configSchema = { type: 'object', properties: { token: { type: 'string', writeOnly: true } } }
  const path = await writePlugin('fails', { plugin: 'fails-every-event', events: ['custom.*'], configSchema })
  await app.manager.loadPlugin(path, { config: { token: 'hush-hush-hush' } })
  await app.manager.broadcastEvent({ id: 'e', type: 'custom.x', data: { n: 1, says: 'hush-hush-hush' } })
  const list = `${API}/plugins/fails/dead-letters`
  const edit = { body: { data: { n: 2, says: '[secret]' } } }
  const [{ id }] = (await ask(app, 'GET', list)).body
  expect((await ask(app, 'POST', `${list}/${id}/events/e/replay`, edit)).body).toMatchObject({ failed: 1, kept: 1 })
  const dataOf = async (): Promise<unknown[]> =>
    ((await ask(app, 'GET', list)).body as { events: { data: unknown }[] }[]).map(({ events }) => events[0]!.data)
  expect(await dataOf()).toEqual([
    { n: 2, says: '[secret]' },
    { n: 1, says: '[secret]' },
  ])
  // It was delivered as it is.
  expect(app.manager.getDeadLetters('fails')[0]!.events[0]!.data).toEqual({ n: 2, says: 'hush-hush-hush' })
  await app.manager.updatePluginConfig('fails', { token: 'another-one' })
  const [newest] = (await ask(app, 'GET', list)).body
  await ask(app, 'DELETE', `${list}/${newest.id}`)
  expect(await dataOf()).toEqual([{ n: 1, says: '[secret]' }])
})
