import type { PluginManager } from '@plugboard/core'
import type { operations, OperationName } from '@plugboard/protocol/operations'
import type { z } from 'zod'
import type { Sampler } from '../telemetry/sampler.ts'

/** What operations act on. */
export interface OperationDeps {
  readonly manager: PluginManager
  readonly sampler: Sampler
}

type Table = typeof operations

/** Does what one operation says, with input that has been parsed. */
type Handler<Name extends OperationName> = (
  input: z.output<Table[Name]['input']>,
  deps: OperationDeps,
) => Promise<z.output<Table[Name]['output']>> | z.output<Table[Name]['output']>

export type Handlers<Name extends OperationName = OperationName> = { readonly [One in Name]: Handler<One> }
