import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin, type JsonValue } from '@plugboard/plugin-sdk'

/** What the actor can be told to do. */
export type Act =
  | { readonly act: 'return' }
  | { readonly act: 'throw'; readonly message: string; readonly code?: string }
  | { readonly act: 'exit'; readonly code: number }
  | { readonly act: 'wait'; readonly ms: number }
  | { readonly act: 'never settle' }
  | { readonly act: 'spin'; readonly ms: number }
  | { readonly act: 'loop for ever' }
  | { readonly act: 'throw uncaught'; readonly value: 'an error' | 'null' }
  | { readonly act: 'reject unhandled'; readonly value: 'an error' | 'undefined' }
  | { readonly act: 'log'; readonly message: string; readonly afterMs?: number }
  | { readonly act: 'derive a key' }

export type Hook = 'initialize' | 'start' | 'stop' | 'cleanup' | 'updateConfig' | 'handleEvent'
/** What each hook does; a hook that is not named returns at once. `handleEvent` is for events whose data is no act. */
export type ActorConfig = { readonly [Name in Hook]?: Act }

const never = (): Promise<never> => new Promise(() => {})

function isAct(data: JsonValue): data is Act & JsonValue {
  return typeof data === 'object' && data !== null && 'act' in data
}

/** Does in each hook what its config says, and with an event what the event's data says. */
export default definePlugin<ActorConfig>((context) => {
  async function perform(act: Act = { act: 'return' }): Promise<void> {
    switch (act.act) {
      case 'return':
        return
      case 'throw':
        throw Object.assign(new Error(act.message), act.code !== undefined && { code: act.code })
      case 'exit':
        return process.exit(act.code)
      case 'wait':
        return sleep(act.ms)
      case 'never settle':
        context.logger.info('waiting')
        return never()
      case 'spin': {
        const end = performance.now() + act.ms
        while (performance.now() < end);
        return
      }
      case 'loop for ever':
        for (;;);
      case 'throw uncaught':
        setImmediate(() => {
          throw act.value === 'null' ? null : new Error('thrown where nothing catches')
        })
        return never()
      case 'reject unhandled':
        void Promise.reject(act.value === 'undefined' ? undefined : new Error('rejected where nothing catches'))
        return never()
      case 'log':
        if (act.afterMs !== undefined) await sleep(act.afterMs)
        return context.logger.info(act.message)
      case 'derive a key':
        return void process.getBuiltinModule('node:crypto').pbkdf2Sync('a', 'b', 50_000_000, 64, 'sha512')
    }
  }

  return {
    initialize: () => perform(context.config.initialize),
    start: () => perform(context.config.start),
    stop: () => perform(context.config.stop),
    cleanup: () => perform(context.config.cleanup),
    updateConfig: () => perform(context.config.updateConfig),
    handleEvent: ({ data }) => perform(isAct(data) ? data : context.config.handleEvent),
  }
})
