import { type Ajv, type AnySchemaObject, type KeywordDefinition } from 'ajv'

/**
 * Makes a validator of JSON Schema collect where `writeOnly`, or the format `password`, applies to a value. It applies every
 * subschema that could apply, whatever the others say: `anyOf` and `oneOf` as if all of their branches did, `if`, `then` and `else` all
 * three; what can take long to check is left out. So it may find more than a validator would annotate, for a value that is invalid too, and never less.
 * @returns where one of them applied since it was last asked, as JSON pointers
 */
export function collectSecrets(ajv: Ajv): () => string[] {
  let found = new Set<string>()
  for (const keyword of [
    ...SLOW,
    'writeOnly',
    'format',
    'then',
    'else',
    ...APPLICATORS.map((one) => one.keyword as string),
  ])
    ajv.removeKeyword(keyword)
  for (const applicator of APPLICATORS) ajv.addKeyword(applicator)
  for (const { keyword, marks } of MARKS) {
    ajv.addKeyword({
      keyword,
      compile: (given: unknown) => (_value: unknown, at?: { readonly instancePath: string }) => {
        if (given === marks && at) found.add(at.instancePath)
        return true
      },
    })
  }
  return () => {
    const pointers = [...found]
    found = new Set()
    return pointers
  }
}

/** None of these says where a subschema applies. */
const SLOW = ['pattern', 'uniqueItems']

/** What marks a secret. The format is a hint for forms by OpenAPI: whoever writes it means a secret. */
const MARKS = [
  { keyword: 'writeOnly', marks: true },
  { keyword: 'format', marks: 'password' },
]

type Schema = boolean | AnySchemaObject

const all = (schemas: readonly (Schema | undefined)[]): AnySchemaObject => ({
  allOf: schemas.filter((schema) => schema !== undefined),
})
/** The same names, with schemas that say nothing. */
const named = (schemas: object = {}): AnySchemaObject =>
  Object.fromEntries(Object.keys(schemas).map((name) => [name, true]))

const APPLICATORS: readonly KeywordDefinition[] = [
  { keyword: 'anyOf', schemaType: 'array', macro: (schemas: Schema[]) => all(schemas) },
  { keyword: 'oneOf', schemaType: 'array', macro: (schemas: Schema[]) => all(schemas) },
  {
    keyword: 'if',
    macro: (schema: Schema, parent: AnySchemaObject) => all([schema, parent.then, parent.else] as Schema[]),
  },
  { keyword: 'not', macro: (schema: Schema) => all([schema]) },
  { keyword: 'contains', macro: (schema: Schema) => ({ items: schema }) },
  {
    keyword: 'unevaluatedProperties',
    // What a sibling names is evaluated; what a subschema names is taken for unevaluated as well.
    macro: (schema: Schema, { properties, patternProperties }: AnySchemaObject) => ({
      properties: named(properties as object | undefined),
      patternProperties: named(patternProperties as object | undefined),
      additionalProperties: schema,
    }),
  },
  { keyword: 'unevaluatedItems', macro: (schema: Schema) => ({ items: schema }) },
]
