import { expect, test } from 'vitest'
import { API } from './accounts-support.ts'
import { ask, startApp, writePlugin } from './support.ts'

const event = (type: string, data: unknown) => ({ specversion: '1.0', id: 'order-7', source: 'shop', type, data })

test('an event is followed to where it ends, by its id and by the plugins that it reached', async () => {
  const app = await startApp()
  const passesOn = await writePlugin('passes-on', { plugin: 'passes-on', events: ['order.placed'] })
  const fails = await writePlugin('fails', { plugin: 'fails-every-event', events: ['order.paid'] })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: passesOn, config: { to: 'order.paid' } } })
  await ask(app, 'POST', `${API}/plugins`, { body: { path: fails } })
  await ask(app, 'POST', `${API}/events`, { body: event('order.placed', { total: 3 }) })
  const list = async (query = '') => (await ask(app, 'GET', `${API}/traces?event=order-7${query}`)).body
  await expect.poll(async () => (await list())[0]).toMatchObject({ open: 0, events: 2, deliveries: 2, unhandled: 1 })

  const [{ id }] = await list()
  const { body } = await ask(app, 'GET', `${API}/traces/${id}`)
  expect(body).toMatchObject({
    id,
    node: app.manager.context.node,
    reason: 'sampled',
    event: { id: 'order-7', type: 'order.placed', source: 'shop' },
    parts: [
      {
        event: { data: { total: 3 }, isCut: false },
        cause: null,
        deliveries: [{ plugin: 'passes-on', state: 'handled' }],
      },
      {
        event: { type: 'order.paid', origin: { plugin: 'passes-on' } },
        cause: { event: 0, plugin: 'passes-on' },
        deliveries: [{ plugin: 'fails', version: '1.0.0', state: 'failed', error: { name: 'Error' } }],
      },
    ],
  })
  expect((await list('&plugin=fails')).map((one: { id: number }) => one.id)).toEqual([id])
  expect(await list('&plugin=none')).toEqual([])
  expect(await list(`&before=${id}`)).toEqual([])
  expect((await ask(app, 'GET', `${API}/traces/0`)).body).toMatchObject({ status: 404, code: 'TRACE_NOT_FOUND' })

  const [letter] = (await ask(app, 'GET', `${API}/plugins/fails/dead-letters`)).body
  const [{ id: eventId }] = letter.events
  await ask(app, 'POST', `${API}/plugins/fails/dead-letters/${letter.id}/replay`)
  const replayed = (await ask(app, 'GET', `${API}/traces?event=${eventId}`)).body
  expect(replayed.map(({ reason }: { reason: string }) => reason)).toEqual(['replayed', 'sampled'])
})

test('the next events of a pattern are followed where an operator asks for it', async () => {
  const app = await startApp()
  const arm = (body: unknown, action = 'arm') => ask(app, 'POST', `${API}/traces/${action}`, { body })
  expect((await arm({ pattern: 'a..b' })).body).toMatchObject({
    code: 'INPUT_INVALID',
    details: [{ pointer: '/pattern' }],
  })
  expect((await arm({ pattern: 'order.*', events: 101 })).status).toBe(422)
  expect((await arm({ pattern: 'order.*', events: 3 })).body).toMatchObject({ pattern: 'order.*', remaining: 3 })
  for (let n = 0; n < 2; n += 1) await ask(app, 'POST', `${API}/events`, { body: event('order.paid', n) })
  const armings = async () => (await ask(app, 'GET', `${API}/traces/armings`)).body
  expect(await armings()).toMatchObject([{ pattern: 'order.*', remaining: 1 }])
  const { body } = await ask(app, 'GET', `${API}/traces?event=order-7`)
  expect(body).toMatchObject([{ reason: 'armed', deliveries: 0 }, { reason: 'armed' }])
  expect((await arm({ pattern: 'order.*' }, 'disarm')).status).toBe(204)
  expect(await armings()).toEqual([])
  const audit = (await ask(app, 'GET', `${API}/audit?text=traces`)).body as { operation: string }[]
  expect(audit.map(({ operation }) => operation)).toContain('traces.arm')
})
