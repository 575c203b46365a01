import { afterAll, expect, onTestFinished, test } from 'vitest'
import { ask, closeSharedApp, sharedApp } from './support.ts'

afterAll(closeSharedApp)

const API = '/api/v1'

test('CloudEvents come in, one or many, as core and as custom events', async () => {
  const app = await sharedApp()
  const events = [
    { specversion: '1.0', id: '1', source: '/test', type: 'vm.stopped', data: { vmId: 'v' } },
    {
      specversion: '1.0',
      id: '2',
      source: '/test',
      type: 'com.example.done',
      data: { a: [1] },
      subject: 'let through',
    },
  ]
  const seen: unknown[] = []
  onTestFinished(app.manager.context.eventBus.subscribe('**', (event) => event.source === '/test' && seen.push(event)))
  expect(await ask(app, 'POST', `${API}/events`, { body: events })).toMatchObject({
    status: 202,
    body: { accepted: 2 },
  })
  const one = await ask(app, 'POST', `${API}/events`, {
    body: JSON.stringify(events[1]),
    headers: { 'content-type': 'application/cloudevents+json' },
  })
  expect(one).toMatchObject({ status: 202, body: { accepted: 1 } })
  expect(seen).toMatchObject([
    { type: 'vm.stopped', vmId: 'v' },
    { type: 'custom', eventType: 'com.example.done', data: { a: [1] } },
    { type: 'custom' },
  ])
  expect((await ask(app, 'POST', `${API}/event-bus/reset`)).status).toBe(204)
  expect((await ask(app, 'GET', `${API}/event-bus/stats`)).body.eventsByType).not.toHaveProperty('com.example.done')
})

test('CloudEvents come in in every mode of the HTTP binding', async () => {
  const app = await sharedApp()
  const seen: unknown[] = []
  onTestFinished(app.manager.context.eventBus.subscribe('**', (event) => event.source === '/test' && seen.push(event)))
  const post = async (type: string, body: unknown, headers: Record<string, string> = {}): Promise<number> =>
    (
      await ask(app, 'POST', `${API}/events`, {
        body: JSON.stringify(body),
        headers: { 'content-type': type, ...headers },
      })
    ).status
  const event = { specversion: '1.0', id: '1', source: '/test', type: 'com.example.done', data: { n: 1 } }
  expect(await post('application/json', event)).toBe(202)
  expect(await post('application/cloudevents+json; charset=utf-8', event)).toBe(202)
  expect(await post('application/cloudevents-batch+json', [event, event])).toBe(202)
  const binary = { 'ce-specversion': '1.0', 'ce-id': '9', 'ce-source': '/test', 'ce-type': 'com.example.%C3%A9' }
  expect(await post('application/json', { n: 2 }, binary)).toBe(202)
  expect(seen).toHaveLength(5)
  expect(seen.at(-1)).toMatchObject({ eventType: 'com.example.é', data: { n: 2 } })

  expect(await post('application/cloudevents+json', [event])).toBe(422)
  expect(await post('application/cloudevents-batch+json', event)).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-type': '%' })).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-specversion': '0.3' })).toBe(422)
  expect(await post('text/plain', 'x', binary)).toBe(415)
})

test('an event that is faulty is told which field', async () => {
  const app = await sharedApp()
  const { body } = await ask(app, 'POST', `${API}/events`, {
    body: { specversion: '0.3', id: '1', source: 's', type: 't' },
  })
  expect(body.details).toMatchObject([{ pointer: '/events/0/specversion' }])
})
