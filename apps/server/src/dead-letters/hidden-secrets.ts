import type { JsonValue } from '@plugboard/protocol'

/** Stands in what is shown for a secret. */
export const MASK = '[secret]'

/** A hidden secret that was moved or changed, with the JSON Pointer to where it stands now. */
export class MovedSecretError extends Error {
  override readonly name = 'MovedSecretError'
  readonly pointer: string

  constructor(pointer: string) {
    super(`${pointer || 'the data'} holds ${MASK}: a hidden secret can only stay where it was`)
    this.pointer = pointer
  }
}

/**
 * Puts secrets back into data that somebody has edited without seeing them: what is as it was shown becomes what it was.
 * @param shown what was shown of `original`
 * @throws MovedSecretError
 */
export function withSecrets(
  edited: JsonValue,
  { shown, original }: { readonly shown: JsonValue | undefined; readonly original: JsonValue | undefined },
  pointer = '',
): JsonValue {
  if (typeof edited === 'string') {
    // A secret number is shown as text.
    if (edited === shown && original !== undefined && typeof original !== 'object') return original
    if (edited.includes(MASK) && edited !== original) throw new MovedSecretError(pointer)
    return edited
  }
  if (Array.isArray(edited)) {
    return edited.map((value, index) => withSecrets(value, inside(index, { shown, original }), `${pointer}/${index}`))
  }
  if (typeof edited !== 'object' || edited === null) return edited
  const fields = Object.entries(edited).map(([name, value]) => {
    const at = `${pointer}/${escaped(name)}`
    const own = nameOf(name, { shown, original })
    if (own === null) throw new MovedSecretError(at)
    const parts = { shown: partOf(shown, name), original: partOf(original, own) }
    return [own, withSecrets(value, parts, at)]
  })
  return Object.fromEntries(fields) as JsonValue
}

/** The name that is shown as this one: names may hold secrets, too. Null: a hidden one that was not there. */
function nameOf(
  name: string,
  { shown, original }: { readonly shown: JsonValue | undefined; readonly original: JsonValue | undefined },
): string | null {
  if (!name.includes(MASK) || partOf(original, name) !== undefined) return name
  const [shownNames, names] = [shown, original].map((value) => Object.keys(value ?? {}))
  if (shownNames!.length !== names!.length) return null
  return names![shownNames!.indexOf(name)] ?? null
}

function inside(
  key: string | number,
  { shown, original }: { readonly shown: JsonValue | undefined; readonly original: JsonValue | undefined },
): { readonly shown: JsonValue | undefined; readonly original: JsonValue | undefined } {
  return { shown: partOf(shown, key), original: partOf(original, key) }
}

function partOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string | number, JsonValue>>)[key]
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
