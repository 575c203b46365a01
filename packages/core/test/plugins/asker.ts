import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** Something that a plugin asks its host for. `padding` puts so many characters in place of the data. */
export type Ask =
  | {
      readonly ask: 'publish'
      readonly event: { readonly type: string; readonly [field: string]: JsonValue }
      readonly padding?: number
      readonly times?: number
    }
  | {
      readonly ask: 'send'
      readonly to: string
      readonly type: string
      readonly data?: JsonValue
      readonly padding?: number
    }
  | { readonly ask: 'broadcast'; readonly type: string; readonly data: JsonValue }
  | { readonly ask: 'log'; readonly padding: number }

export type AskerConfig = {
  readonly asks: readonly Ask[]
  /** When it asks: at its start, which is the default, or at each event. */
  readonly at?: 'start' | 'event'
}
/** `ok`, the code of the error, or what a broadcast answered. */
export type AskerStatus = { readonly outcomes: JsonValue[]; readonly received: string[] }

/** Makes the asks of its config one after the other; its status lists their outcomes and the types of its events. */
export default definePlugin<AskerConfig>(({ config, eventBus, messages, logger }) => {
  const status: AskerStatus = { outcomes: [], received: [] }

  function make(ask: Ask): Promise<unknown> {
    switch (ask.ask) {
      case 'publish':
        return eventBus.publish({ ...ask.event, ...(ask.padding !== undefined && { data: 'x'.repeat(ask.padding) }) })
      case 'send': {
        const data = ask.padding === undefined ? (ask.data ?? null) : 'x'.repeat(ask.padding)
        return messages.send(ask.to, ask.type, data)
      }
      case 'broadcast':
        return messages.broadcast(ask.type, ask.data)
      case 'log':
        logger.info('x'.repeat(ask.padding), { large: 'y'.repeat(ask.padding) })
        return Promise.resolve()
    }
  }

  async function makeAll(): Promise<void> {
    for (const ask of config.asks) {
      const times = ask.ask === 'publish' ? (ask.times ?? 1) : 1
      for (let time = 0; time < times; time += 1) {
        const outcome = await make(ask).then(
          (answer) => (ask.ask === 'broadcast' ? (answer as JsonValue) : 'ok'),
          (error: { code: string }) => error.code,
        )
        status.outcomes.push(outcome)
      }
    }
  }

  return {
    start: () => (config.at === 'event' ? undefined : makeAll()),
    handleEvent({ type }) {
      status.received.push(type)
      return config.at === 'event' ? makeAll() : undefined
    },
    status: () => ({ ...status }),
  }
})
