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
