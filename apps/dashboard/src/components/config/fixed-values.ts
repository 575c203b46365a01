import type { RJSFSchema } from '@rjsf/utils'

/**
 * The value of an object with what its schema requires and leaves no choice about.
 * @returns null where nothing is missing, or the value is no object
 */
export function fixedValues(
  { type, properties = {}, required = [] }: RJSFSchema,
  value: unknown,
): Readonly<Record<string, unknown>> | null {
  if (type !== undefined && type !== 'object') return null
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) return null
  const before = (value ?? {}) as Readonly<Record<string, unknown>>
  const missing = Object.entries(properties).filter(
    ([name, schema]) =>
      required.includes(name) && typeof schema === 'object' && 'const' in schema && before[name] === undefined,
  )
  if (missing.length === 0) return null
  return { ...before, ...Object.fromEntries(missing.map(([name, schema]) => [name, (schema as RJSFSchema).const])) }
}
