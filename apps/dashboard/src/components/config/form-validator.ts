import { isSecretRef } from '@plugboard/protocol'
import { Validator, type Schema } from '@cfworker/json-schema'
import type { RJSFSchema, ValidatorType } from '@rjsf/utils'

/**
 * The form uses this validator to find the branch of a `oneOf` that fits. The validator interprets the schema: the
 * page's policy forbids the compiled code of Ajv. Violations come from the server.
 */
export const formValidator: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid(schema: RJSFSchema, data: unknown, root: RJSFSchema): boolean {
    try {
      const whole: unknown = '$defs' in root && !('$defs' in schema) ? { ...schema, $defs: root.$defs } : schema
      return new Validator(whole as Schema, '2020-12', true).validate(withoutReferences(data)).valid
    } catch {
      return false
    }
  },
}

/** A text in place of each reference: what it stands for is nearly always a text, and only the branch is looked for. */
function withoutReferences(value: unknown): unknown {
  if (isSecretRef(value)) return '•'.repeat(16)
  if (Array.isArray(value)) return value.map(withoutReferences)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutReferences(part)]))
}
