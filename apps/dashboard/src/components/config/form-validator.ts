import { Validator, type Schema } from '@cfworker/json-schema'
import type { RJSFSchema, ValidatorType } from '@rjsf/utils'

/**
 * What the form asks while it draws (which branch of a oneOf fits). It interprets the schema: Ajv would compile it, which
 * the page's policy forbids. What is wrong with a config, the server says.
 */
export const formValidator: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
  isValid(schema: RJSFSchema, data: unknown, root: RJSFSchema): boolean {
    try {
      const whole: unknown = '$defs' in root && !('$defs' in schema) ? { ...schema, $defs: root.$defs } : schema
      return new Validator(whole as Schema, '2020-12', true).validate(data).valid
    } catch {
      return false
    }
  },
}
