import { afterAll, expect, onTestFinished, test } from 'vitest'
import { ask, closeSharedApp, sharedApp } from './support.ts'

afterAll(closeSharedApp)

const API = '/api/v1'
const TIME = '2026-11-28T18:00:00.000Z'
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('CloudEvents come in, one or many, attribute by attribute', async () => {
  const app = await sharedApp()
  const events = [
    { specversion: '1.0', id: '1', source: '/test', type: 'vm.stopped', data: { vmId: 'v' } },
    {
      specversion: '1.0',
      id: '2',
      source: '/test',
      type: 'com.example.done',
      data: { a: [1] },
      subject: 'about',
      time: TIME,
      traceparent: TRACE,
      dataschema: 'https://example.com/schema',
      comexampleextension: 'x',
    },
  ]
  const seen: unknown[] = []
  onTestFinished(app.manager.context.eventBus.subscribe('**', (event) => event.source === '/test' && seen.push(event)))
  expect(await ask(app, 'POST', `${API}/events`, { body: events })).toMatchObject({
    status: 202,
    body: { accepted: 2, ignoredAttributes: ['comexampleextension', 'dataschema'] },
  })
  const one = await ask(app, 'POST', `${API}/events`, {
    body: JSON.stringify(events[1]),
    headers: { 'content-type': 'application/cloudevents+json' },
  })
  expect(one).toMatchObject({ status: 202, body: { accepted: 1 } })
  expect(seen).toMatchObject([
    { id: '1', type: 'vm.stopped', data: { vmId: 'v' }, origin: { node: app.manager.context.node } },
    { id: '2', type: 'com.example.done', data: { a: [1] }, subject: 'about', at: Date.parse(TIME), traceparent: TRACE },
    { id: '2', type: 'com.example.done' },
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
  expect(seen.at(-1)).toMatchObject({ type: 'com.example.é', data: { n: 2 } })

  expect(await post('application/vnd.example+json', { n: 3 }, binary)).toBe(202)
  expect(seen.at(-1)).toMatchObject({ data: { n: 3 } })
  const encoded = (datacontenttype: string, text: string): object => {
    const { data: _data, ...rest } = event
    return { ...rest, datacontenttype, data_base64: Buffer.from(text).toString('base64') }
  }
  expect(await post('application/cloudevents+json', encoded('application/json', '{"n":4}'))).toBe(202)
  expect(await post('application/cloudevents+json', encoded('text/plain', 'grüße'))).toBe(202)
  expect(await post('application/cloudevents+json', encoded('image/png', 'x'))).toBe(202)
  expect(seen.slice(-3)).toMatchObject([
    { data: { n: 4 } },
    { data: 'grüße' },
    { data: { contentType: 'image/png', base64: 'eA==' } },
  ])
  expect(await post('application/cloudevents+json', encoded('application/json', '{'))).toBe(422)
  expect(await post('application/cloudevents+json', { ...encoded('text/plain', 'x'), data: 'y' })).toBe(422)
  const latin = {
    ...encoded('text/plain; charset="iso-8859-1"', ''),
    data_base64: Buffer.from('grüße', 'latin1').toString('base64'),
  }
  expect(await post('application/cloudevents+json', latin)).toBe(202)
  expect(seen.at(-1)).toMatchObject({ data: 'grüße' })
  expect(await post('application/cloudevents+json', { ...latin, datacontenttype: 'text/plain; charset=klingon' })).toBe(
    422,
  )
  expect(await post('application/cloudevents+json', { ...latin, datacontenttype: 'text/plain' })).toBe(422)

  expect(await post('application/cloudevents+json', [event])).toBe(422)
  expect(await post('application/cloudevents-batch+json', event)).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-type': '%' })).toBe(422)
  expect(await post('application/json', {}, { ...binary, 'ce-specversion': '0.3' })).toBe(422)
  expect(await post('text/plain', 'x', binary)).toBe(415)
})

test('the refusal of an invalid event names the field', async () => {
  const app = await sharedApp()
  const { body } = await ask(app, 'POST', `${API}/events`, {
    body: { specversion: '0.3', id: '1', source: 's', type: 't' },
  })
  expect(body.details).toMatchObject([{ pointer: '/events/0/specversion' }])
})
