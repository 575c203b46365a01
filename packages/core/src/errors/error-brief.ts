import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from '../util/json-object.ts'

/** An error as JSON that is small enough to be announced, stored and sent with each view of its plugin. */
export interface ErrorBrief {
  readonly code: string
  readonly message: string
  /** What the message is made of: the `ErrorDetails` of its code, without stacks, output and profiles. */
  readonly details: JsonValue
}

/** @param error a `PluginError`, or anything else with a code, a message and details */
export function briefOf({
  code,
  message,
  details,
}: {
  readonly code: string
  readonly message: string
  readonly details: unknown
}): ErrorBrief {
  const plain = JSON.parse(JSON.stringify(details)) as JsonValue
  return { code, message, details: isJsonObject(plain) ? withoutBulk(plain) : plain }
}

function withoutBulk(details: JsonObject): JsonObject {
  const { output: _output, stack: _stack, profilePath: _profile, report: _report, error, ...rest } = details
  if (!isJsonObject(error)) return rest
  const { name = null, message = null } = error
  return { ...rest, error: { name, message } }
}
