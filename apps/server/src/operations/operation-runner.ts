import type { Reply } from '@plugboard/protocol'
import { operations, type OperationName, type Role } from '@plugboard/protocol/operations'
import type { Logger } from 'pino'
import { RequestError, toWire } from '../wire-problem.ts'
import { configHandlers } from './config.ts'
import { eventHandlers } from './events.ts'
import type { Handlers, OperationDeps } from './handler.ts'
import { pluginHandlers } from './plugins.ts'

/** Who asks, and over which road. */
export interface Caller {
  readonly role: Role
  readonly via: 'rest' | 'socket'
  readonly address: string
}

const MAX_DEPTH = 64
const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

const handlers: Handlers = { ...pluginHandlers, ...configHandlers, ...eventHandlers }

/** The one wrapper around every operation: parse → authorise → act → audit → reply. */
export class OperationRunner {
  readonly #deps: OperationDeps
  readonly #log: Logger

  constructor(deps: OperationDeps, log: Logger) {
    this.#deps = deps
    this.#log = log
  }

  async run(name: unknown, rawInput: unknown, caller: Caller): Promise<Reply<unknown>> {
    const known = isOperation(name) ? name : undefined
    try {
      if (!known)
        throw new RequestError('UNKNOWN_OPERATION', `there is no operation ${JSON.stringify(name)?.slice(0, 80)}`)
      const { role, input } = operations[known]
      if (RANK[caller.role] < RANK[role]) throw new RequestError('FORBIDDEN', `${known} takes the role ${role}`)
      if (!isShallow(rawInput))
        throw new RequestError('INPUT_INVALID', `the input is nested deeper than ${MAX_DEPTH} levels`)
      const parsed = input.parse(rawInput ?? {})
      const value = await (handlers[known] as (input: unknown, deps: OperationDeps) => unknown)(parsed, this.#deps)
      this.#audit(known, caller, { result: 'ok', input: rawInput })
      return { ok: true, value: value ?? null }
    } catch (thrown) {
      const error = toWire(thrown)
      if (error.code === 'INTERNAL') this.#log.error({ err: thrown, operation: name }, 'an operation failed')
      if (known) this.#audit(known, caller, { result: error.code, input: rawInput })
      return { ok: false, error }
    }
  }

  #audit(
    operation: OperationName,
    caller: Caller,
    { result, input }: { readonly result: string; readonly input: unknown },
  ): void {
    if (!operations[operation].audit) return
    const plugin = (input as { id?: unknown } | null | undefined)?.id
    this.#log.info({ operation, plugin, result, via: caller.via, from: caller.address }, 'operation')
  }
}

/** What parses and validates recurses: input that is nested without end must not reach it. */
function isShallow(input: unknown): boolean {
  let level: unknown[] = [input]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return true
}

function isOperation(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(operations, name)
}
