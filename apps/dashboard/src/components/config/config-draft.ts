import type { ConfigView, JsonObject } from '@plugboard/protocol'

/** One draft behind the form and the JSON editor: what one changes, the other shows. */
export interface ConfigDraft {
  /** The last value that was whole. */
  readonly value: JsonObject
  /** As it stands in the JSON editor. */
  readonly text: string
  /** Why the text is no JSON yet; empty when it is JSON but no object; null when it is a config. */
  readonly syntaxError: string | null
}

export function draftOf(config: JsonObject): ConfigDraft {
  return { value: config, text: JSON.stringify(config, null, 2), syntaxError: null }
}

/** The form was changed: the text follows. */
export function withValue(value: JsonObject): ConfigDraft {
  return draftOf(value)
}

/** The text was changed: the form follows as soon as the text is an object. */
export function withText(draft: ConfigDraft, text: string): ConfigDraft {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { value: value as JsonObject, text, syntaxError: null }
    return { ...draft, text, syntaxError: '' }
  } catch (error) {
    return { ...draft, text, syntaxError: (error as Error).message }
  }
}

export function isChanged(draft: ConfigDraft, { config }: ConfigView): boolean {
  return draft.syntaxError !== null || canonical(draft.value) !== canonical(config)
}

/** The same text for the same value, in whatever order its keys were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
