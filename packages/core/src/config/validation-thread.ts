// Runs JSON Schema in a thread of its own: a pattern that a third party wrote can backtrack for seconds.
import { parentPort } from 'node:worker_threads'
import { Ajv, type ErrorObject, type Options } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { default as ajvFormats } from 'ajv-formats'
import type { JsonObject } from '@plugboard/plugin-sdk'
import type { Violation } from '../errors/plugin-error.ts'

export interface ValidationJob {
  readonly schema: object
  /** Left out: only the schema itself is checked. */
  readonly value?: unknown
}

/** The value with the schema's defaults filled in, or what is wrong with it or with the schema. */
export type ValidationResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly invalid: 'value' | 'schema'; readonly violations: readonly Violation[] }

const OPTIONS: Options = { allErrors: true, useDefaults: true, coerceTypes: false, strict: false, logger: false }
const MAX_VIOLATIONS = 50

parentPort!.on('message', (job: ValidationJob) => parentPort!.postMessage(run(job)))

function run({ schema, value }: ValidationJob): ValidationResult {
  let validate
  try {
    const ajv = usesDraft7(schema) ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS)
    ajvFormats.default(ajv)
    validate = ajv.compile(schema)
    // An asynchronous schema answers later, after this thread has said that all is well.
    if ('$async' in validate) throw new Error('$async is not supported')
  } catch (thrown) {
    const violation: Violation = { pointer: '', rule: 'schema', message: (thrown as Error).message }
    return { ok: false, invalid: 'schema', violations: [violation] }
  }
  if (value === undefined || validate(value)) return { ok: true, value }
  const violations = (validate.errors ?? []).slice(0, MAX_VIOLATIONS).map(violationOf)
  return { ok: false, invalid: 'value', violations }
}

/** Points at the property that is missing or too many, not at the object around it. */
function violationOf({ instancePath, keyword, message = 'is invalid', params }: ErrorObject): Violation {
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues } = params as Record<string, unknown>
  const property = missingProperty ?? additionalProperty ?? unevaluatedProperty
  const pointer = typeof property === 'string' ? `${instancePath}/${escapePointer(property)}` : instancePath
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.map((v) => JSON.stringify(v)).join(', ')}` : ''
  const text = `${pointer === '' ? 'the value' : pointer} ${message}${allowed}`
  return { pointer, rule: keyword, message: text, params: params as JsonObject }
}

function escapePointer(property: string): string {
  return property.replaceAll('~', '~0').replaceAll('/', '~1')
}

function usesDraft7(schema: object): boolean {
  return '$schema' in schema && String(schema.$schema).includes('draft-07')
}
