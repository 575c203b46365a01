import { CORE_EVENT_TYPES, type EventBody, type JsonValue } from '@plugboard/plugin-sdk'
import type { cloudEvent } from '@plugboard/protocol/operations'
import type { z } from 'zod'
import { RequestError } from '../errors/wire-problem.ts'

export type CloudEvent = z.output<typeof cloudEvent>

/**
 * A CloudEvent whose type is a core event's becomes that event from its data; any other becomes a custom event.
 * @throws RequestError `EVENT_INVALID`
 */
export function toEventBody({ type, data = null }: CloudEvent): EventBody {
  if (type === 'custom') {
    throw new RequestError('EVENT_INVALID', 'a custom event is sent under its own type, such as user.joined', [
      { pointer: '/type', rule: 'not', message: 'type is the event’s own, not "custom"' },
    ])
  }
  if (!(CORE_EVENT_TYPES as readonly string[]).includes(type)) {
    return { type: 'custom', eventType: type, data: data as JsonValue }
  }
  const fields = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {}
  // The bus checks each field.
  return { ...fields, type } as unknown as EventBody
}
