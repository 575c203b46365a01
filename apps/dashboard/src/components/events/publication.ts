import type { JsonValue } from '@plugboard/protocol'

type Checked =
  | { readonly data: JsonValue | undefined }
  | { readonly problem: 'type' | 'data'; readonly message: string }

/** Dot-separated names without blanks or `*`. */
const TOPIC = /^[^\s*.]+(?:\.[^\s*.]+)*$/
const MAX_TOPIC = 256

/** What is wrong with an event before it is sent, as it is typed; the server has the last word. Empty data is none. */
export function checkPublication(type: string, data: string): Checked {
  if (!TOPIC.test(type) || type.length > MAX_TOPIC) return { problem: 'type', message: '' }
  if (data.trim() === '') return { data: undefined }
  try {
    return { data: JSON.parse(data) as JsonValue }
  } catch (error) {
    return { problem: 'data', message: (error as Error).message }
  }
}
