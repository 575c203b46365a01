import type { PluginManager } from '@plugboard/core'
import type { Reply } from '@plugboard/protocol'
import type { operations, OperationName } from '@plugboard/protocol/operations'
import type { z } from 'zod'
import type { ConfigLedger } from '../desired/config-ledger.ts'
import type { DeadLetterKeeper } from '../desired/dead-letter-keeper.ts'
import type { DesiredState } from '../desired/desired-state.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Store } from '../store/store.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { Timeline } from '../incidents/timeline.ts'
import type { LogBook } from '../logs/log-book.ts'
import type { ProfileShelf } from '../profiles/profile-shelf.ts'
import type { MetricHistory } from '../telemetry/metric-history.ts'
import type { Sampler } from '../telemetry/sampler.ts'
import type { Caller } from './caller.ts'

/** What operations act on. */
export interface OperationDeps {
  readonly manager: PluginManager
  readonly dataDir: string
  readonly store: Store
  readonly desired: DesiredState
  readonly configs: ConfigLedger
  readonly letters: DeadLetterKeeper
  readonly access: Authenticator
  readonly history: MetricHistory
  readonly incidents: Incidents
  readonly timeline: Timeline
  readonly logs: LogBook
  readonly profiles: ProfileShelf
  readonly sampler: Sampler
}

export interface OperationContext extends OperationDeps {
  readonly caller: Caller
  /** Asks for another operation on behalf of the same caller, with its own check and its own row in the audit. */
  readonly run: (name: OperationName, input: unknown) => Promise<Reply<unknown>>
}

type Table = typeof operations

/** Does what one operation says, with input that has been parsed. */
type Handler<Name extends OperationName> = (
  input: z.output<Table[Name]['input']>,
  context: OperationContext,
) => Promise<z.output<Table[Name]['output']>> | z.output<Table[Name]['output']>

export type Handlers<Name extends OperationName = OperationName> = { readonly [One in Name]: Handler<One> }
