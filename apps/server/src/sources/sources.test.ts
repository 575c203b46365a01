import type { HostEvent } from '@plugboard/core'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { EventSink, EventSource } from './event-source.ts'
import { Sources } from './sources.ts'

const log = pino({ level: 'silent' })

class Ticker implements EventSource {
  readonly name: string
  readonly #failure: Error | null
  sink: EventSink | null = null
  signal: AbortSignal | null = null

  constructor(name: string, failure: Error | null = null) {
    this.name = name
    this.#failure = failure
  }

  start(sink: EventSink, signal: AbortSignal): void {
    if (this.#failure) throw this.#failure
    this.sink = sink
    this.signal = signal
    signal.addEventListener('abort', () => sink.publish({ type: 'last' }))
  }

  status() {
    return { problem: null }
  }
}

function setUp(...tickers: Ticker[]) {
  const published: HostEvent[] = []
  const bus = {
    check: (event: HostEvent) => {
      if (event.type === 'bad') throw new Error('no such type')
      return event as never
    },
    dispatch: (event: never) => String(published.push(event)),
  }
  return { sources: new Sources(tickers, { bus, log }), published }
}

test('what a source publishes bears its name and is counted; what the bus refuses too, with why', async () => {
  const ticker = new Ticker('ticker')
  const { sources, published } = setUp(ticker)
  expect(sources.list()).toMatchObject([{ name: 'ticker', state: 'waiting', published: 0 }])
  await sources.start()
  ticker.sink!.publish({ type: 'a' })
  ticker.sink!.publish({ type: 'b', source: 'its-own' })
  ticker.sink!.publish({ type: 'bad' })
  expect(published).toEqual([
    { type: 'a', source: 'ticker' },
    { type: 'b', source: 'its-own' },
  ])
  expect(sources.list()).toMatchObject([{ state: 'running', published: 2, refused: 1, problem: 'no such type' }])
})

test('a source that cannot start is shown as failed; the others continue', async () => {
  const { sources } = setUp(new Ticker('broken', new Error('no such socket')), new Ticker('well'))
  await sources.start()
  expect(sources.list()).toMatchObject([
    { name: 'broken', state: 'failed', problem: 'no such socket' },
    { name: 'well', state: 'running', problem: null },
  ])
})

test('sources can be started one by one, and what they publish at the stop is delivered', async () => {
  const [first, second] = [new Ticker('first'), new Ticker('second')]
  const { sources, published } = setUp(first, second)
  await sources.start(['first'])
  expect(second.signal).toBeNull()
  await sources.start()
  sources.stop()
  expect([first.signal!.aborted, second.signal!.aborted]).toEqual([true, true])
  expect(published.map(({ type }) => type)).toEqual(['last', 'last'])
  expect(sources.list().map(({ state }) => state)).toEqual(['stopped', 'stopped'])
})
