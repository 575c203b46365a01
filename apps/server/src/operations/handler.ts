import type { Reply } from '@plugboard/protocol'
import type { operations, OperationName } from '@plugboard/protocol/operations'
import type { z } from 'zod'
import type { Caller } from './caller.ts'

export interface OperationContext {
  readonly caller: Caller
  /** Requests another operation on behalf of the same caller, with its own check and its own row in the audit. */
  readonly run: (name: OperationName, input: unknown) => Promise<Reply<unknown>>
}

type Table = typeof operations

/** Does what one operation says, with input that has been parsed. */
type Handler<Name extends OperationName> = (
  input: z.output<Table[Name]['input']>,
  context: OperationContext,
) => Promise<z.output<Table[Name]['output']>> | z.output<Table[Name]['output']>

export type Handlers<Name extends OperationName = OperationName> = { readonly [One in Name]: Handler<One> }
