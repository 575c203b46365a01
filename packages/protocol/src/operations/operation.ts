import { z } from 'zod'

/** From the least to the most. */
export type Role = 'viewer' | 'operator' | 'admin'

/** How an operation is reached over HTTP, below `/api/v1`. Input comes from the path, the query and the body. */
export interface RestRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** `{name}` is a field of the input. */
  readonly path: string
  /** 200 unless said otherwise; 204 sends no body. */
  readonly status?: 200 | 201 | 202 | 204
  /** The answer is a file; a route of its own sends it. */
  readonly sendsFile?: true
  /** The body may be a file instead, as `application/gzip`; a route of its own takes it. */
  readonly takesFile?: true
  /** The whole body is this one field. */
  readonly bodyField?: string
  /** The `If-Match` header is this field. */
  readonly ifMatchField?: string
  /** The `ETag` of the answer is this field of it. */
  readonly etagField?: string
}

/**
 * What the audit stores of an operation, beside its caller and its result. `false`: it changes nothing, and only a
 * refusal is written. `counted`: it comes in floods, and equal ones within seconds are one row with a number.
 */
export type Audit = false | 'counted' | { readonly fields: readonly string[] }

/** An operation is data: sockets, REST and the command line are made from it. */
export interface Operation<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly role: Role
  readonly audit: Audit
  readonly summary: string
  readonly input: Input
  readonly output: Output
  /** The answer holds a secret that is shown once and kept nowhere. */
  readonly showsOnce?: true
  readonly rest: RestRoute
}

export function operation<Input extends z.ZodType, Output extends z.ZodType>(
  definition: Operation<Input, Output>,
): Operation<Input, Output> {
  return definition
}

/** The fields of its input, in their order, and which may be left out. */
export function inputFields({ input }: Operation): readonly { readonly name: string; readonly isOptional: boolean }[] {
  const { shape } = input as z.ZodObject
  return Object.entries(shape).map(([name, field]) => ({ name, isOptional: z.safeParse(field, undefined).success }))
}
