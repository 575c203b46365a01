import type { PluginManager } from '@plugboard/core'
import { isTopicPattern } from '@plugboard/plugin-sdk'
import { RequestError } from '../errors/wire-problem.ts'
import { traceSummaryView, traceView } from '../views/trace.ts'
import type { Handlers } from './handler.ts'

const DEFAULT_LISTED = 50
const DEFAULT_EVENTS = 10

export function traceHandlers({
  manager,
}: {
  readonly manager: PluginManager
}): Handlers<Extract<keyof Handlers, `traces.${string}`>> {
  const { traces, node } = manager.context
  return {
    'traces.list': ({ limit = DEFAULT_LISTED, ...of }) =>
      traces.list({ limit, ...of }).map((summary) => traceSummaryView(node, summary)),
    'traces.get': ({ traceId }) => {
      const trace = traces.get(traceId)
      if (!trace) throw new RequestError('TRACE_NOT_FOUND', `there is no trace ${traceId}, or it is gone`, { traceId })
      return traceView(node, trace)
    },
    'traces.armings': () => traces.armings.list(),
    'traces.arm': ({ pattern, events = DEFAULT_EVENTS }) => {
      if (!isTopicPattern(pattern)) throw notPattern(pattern)
      return traces.armings.add(pattern, events)
    },
    'traces.disarm': ({ pattern }) => {
      traces.armings.remove(pattern)
      return null
    },
  }
}

function notPattern(pattern: string): RequestError {
  const message = `${pattern} is not a topic pattern`
  return new RequestError('INPUT_INVALID', message, [{ pointer: '/pattern', rule: 'pattern', message }])
}
