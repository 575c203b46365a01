// Runs JSON Schema in a thread of its own: a pattern that a third party wrote can backtrack for seconds.
import { parentPort } from 'node:worker_threads'
import {
  Ajv,
  type SchemaValidateFunction,
  type ErrorObject,
  type FuncKeywordDefinition,
  type Options,
  type ValidateFunction,
} from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { default as ajvFormats } from 'ajv-formats'
import type { JsonObject } from '@plugboard/plugin-sdk'
import type { Violation } from '../errors/plugin-error.ts'
import { cutText } from '../util/cut-text.ts'
import { withImpliedDefaults } from './implied-defaults.ts'
import { collectSecrets } from './secret-positions.ts'

export interface ValidationJob {
  readonly schema: object
  /** Left out: only the schema itself is checked. */
  readonly value?: unknown
  /** Only finds out where the value holds secrets. */
  readonly secretsOnly?: boolean
}

/** The value with the schema's defaults filled in, or what is wrong with it or with the schema. */
export type ValidationResult =
  | { readonly ok: true; readonly value: unknown; readonly secrets: readonly string[] }
  | {
      readonly ok: false
      readonly invalid: 'value'
      readonly violations: readonly Violation[]
      /** Where the value holds secrets, as JSON pointers; null if that is not known. */
      readonly secrets: readonly string[] | null
    }
  | {
      readonly ok: false
      readonly invalid: 'schema'
      readonly violations: readonly Violation[]
      readonly secrets: null
    }

interface Compiled {
  readonly validate: ValidateFunction
  /** Where a value holds secrets, as JSON pointers. */
  readonly findSecrets: (value: unknown) => readonly string[]
}

const OPTIONS: Options = {
  allErrors: true,
  useDefaults: true,
  coerceTypes: false,
  strict: false,
  logger: false,
  // By the instances that have compiled the meta-schemas already.
  validateSchema: false,
}
const META_2020 = new Ajv2020({ strict: false, logger: false })
const META_DRAFT7 = new Ajv({ strict: false, logger: false })
const MAX_VIOLATIONS = 50
/** A schema can list values of any length. */
const MAX_MESSAGE_CHARACTERS = 1_000
const MAX_PARAMS_CHARACTERS = 4_096
/** Compiling takes far longer than checking. */
const MAX_COMPILED = 64
const compiled = new Map<string, Compiled>()

parentPort!.on('message', (job: ValidationJob) => parentPort!.postMessage(run(job)))

function run({ schema, value, secretsOnly = false }: ValidationJob): ValidationResult {
  let checks
  try {
    checks = compiledFor(schema)
  } catch (thrown) {
    const violation: Violation = { pointer: '', rule: 'schema', message: (thrown as Error).message }
    return { ok: false, invalid: 'schema', violations: [violation], secrets: null }
  }
  if (value === undefined) return { ok: true, value, secrets: [] }
  const { validate, findSecrets } = checks
  if (secretsOnly) return { ok: true, value, secrets: findSecrets(value) }
  const isValid = validate(value)
  const errors = validate.errors ?? []
  // After the defaults were filled in.
  const secrets = findSecrets(value)
  if (isValid) return { ok: true, value, secrets }
  return { ok: false, invalid: 'value', violations: errors.slice(0, MAX_VIOLATIONS).map(violationOf), secrets }
}

/** @throws Error where the schema is none */
function compiledFor(schema: object): Compiled {
  const key = JSON.stringify(schema)
  const known = compiled.get(key)
  // The one that was used last is at the end.
  compiled.delete(key)
  const one = known ?? compile(schema)
  compiled.set(key, one)
  if (compiled.size > MAX_COMPILED) compiled.delete(compiled.keys().next().value!)
  return one
}

function compile(schema: object): Compiled {
  const meta = usesDraft7(schema) ? META_DRAFT7 : META_2020
  if (meta.validateSchema(schema) !== true) throw new Error(`schema is invalid: ${meta.errorsText()}`)
  const validate = makeAjv(schema, OPTIONS).compile(withImpliedDefaults(schema as JsonObject))
  // An asynchronous schema answers later, after this thread has said that all is well.
  if ('$async' in validate) throw new Error('$async is not supported')
  const collector = makeAjv(schema, { ...OPTIONS, useDefaults: false, validateFormats: false })
  const takeSecrets = collectSecrets(collector)
  const collect = collector.compile(schema)
  return {
    validate,
    findSecrets: (value) => {
      void collect(value)
      return takeSecrets()
    },
  }
}

function makeAjv(schema: object, options: Options): Ajv {
  const ajv = usesDraft7(schema) ? new Ajv(options) : new Ajv2020(options)
  ajvFormats.default(ajv)
  ajv.removeKeyword('multipleOf')
  ajv.addKeyword(MULTIPLE_OF)
  return ajv
}

/** 19.99 is a multiple of 0.01, although the quotient of the two is not a whole number in binary. */
const isMultiple: SchemaValidateFunction = (step: number, value: number) => {
  const quotient = value / step
  const tolerance = Math.abs(quotient) * 4 * Number.EPSILON
  if (Math.abs(quotient - Math.round(quotient)) <= tolerance) return true
  isMultiple.errors = [{ keyword: 'multipleOf', message: `must be multiple of ${step}`, params: { multipleOf: step } }]
  return false
}

const MULTIPLE_OF: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  validate: isMultiple,
}

/** Points at the property that is missing or too many, not at the object around it. */
function violationOf({ instancePath, keyword, message = 'is invalid', params }: ErrorObject): Violation {
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues } = params as Record<string, unknown>
  const property = missingProperty ?? additionalProperty ?? unevaluatedProperty
  const pointer = typeof property === 'string' ? `${instancePath}/${escapePointer(property)}` : instancePath
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.map((v) => JSON.stringify(v)).join(', ')}` : ''
  const text = `${pointer === '' ? 'the value' : pointer} ${message}${allowed}`
  const isShort = JSON.stringify(params).length <= MAX_PARAMS_CHARACTERS
  return {
    pointer,
    rule: keyword,
    message: cutText(text, MAX_MESSAGE_CHARACTERS),
    ...(isShort && { params: params as JsonObject }),
  }
}

function escapePointer(property: string): string {
  return property.replaceAll('~', '~0').replaceAll('/', '~1')
}

function usesDraft7(schema: object): boolean {
  return '$schema' in schema && String(schema.$schema).includes('draft-07')
}
