import type { JsonObject, JsonValue } from '@plugboard/plugin-sdk'
import { isJsonObject } from './json-object.ts'
import type { PluginError } from './plugin-error.ts'

/** An error as JSON that is small enough to be announced, kept and sent with each view of its plugin. */
export interface ErrorBrief {
  readonly code: string
  readonly message: string
  /** What the message is made of: the `ErrorDetails` of its code, without stacks, output and evidence. */
  readonly details: JsonValue
}

export function briefOf({ code, message, details }: PluginError): ErrorBrief {
  const plain = JSON.parse(JSON.stringify(details)) as JsonValue
  return { code, message, details: isJsonObject(plain) ? withoutBulk(plain) : plain }
}

function withoutBulk({ output: _output, evidence: _evidence, error, ...rest }: JsonObject): JsonObject {
  if (!isJsonObject(error)) return rest
  const { name = null, message = null } = error
  return { ...rest, error: { name, message } }
}
