import { clock } from '@plugboard/core'
import type { Reply } from '@plugboard/protocol'
import { operations, type OperationName, type Role } from '@plugboard/protocol/operations'
import type { Logger } from 'pino'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { isAllowed } from '../auth/roles.ts'
import type { AuditEntry } from '../store/tables/audit.ts'
import { RequestError, toWire } from '../errors/wire-problem.ts'
import type { Caller } from './caller.ts'
import type { Handlers, OperationContext } from './handler.ts'

const MAX_DEPTH = 64
const MAX_DETAIL = 4_096

interface OperationRunnerOptions {
  readonly handlers: Handlers
  readonly audit: AuditTrail
  readonly log: Logger
  /** The current role of a principal; null: it has no rights any more. */
  readonly currentRole: (caller: Caller) => Promise<Role | null>
  /** Is told of each operation that was done and is recorded. */
  readonly onDone: (entry: AuditEntry) => void
}

/** The one wrapper around every operation: authorise → parse → act → audit → reply. */
export class OperationRunner {
  readonly #options: OperationRunnerOptions
  readonly #underWay = new Set<Promise<unknown>>()
  #isStopping = false

  constructor(options: OperationRunnerOptions) {
    this.#options = options
  }

  /** Takes nothing new. */
  stop(): void {
    this.#isStopping = true
  }

  /** Resolves once everything under way has been answered and written down. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async run(name: unknown, rawInput: unknown, caller: Caller): Promise<Reply<unknown>> {
    const answer = this.#run(name, rawInput, caller)
    this.#underWay.add(answer)
    return await answer.finally(() => this.#underWay.delete(answer))
  }

  async #run(name: unknown, rawInput: unknown, caller: Caller): Promise<Reply<unknown>> {
    const known = isOperation(name) ? name : undefined
    try {
      if (!known)
        throw new RequestError('UNKNOWN_OPERATION', `there is no operation ${JSON.stringify(name)?.slice(0, 80)}`)
      const { role, input } = operations[known]
      if (this.#isStopping) throw new RequestError('MANAGER_CLOSED', 'the server is stopping')
      if (!isAllowed(known, caller.role)) throw new RequestError('FORBIDDEN', `${known} needs the role ${role}`)
      if (!isShallow(rawInput))
        throw new RequestError('INPUT_INVALID', `the input is nested deeper than ${MAX_DEPTH} levels`)
      const parsed = input.parse(rawInput ?? {})
      const context: OperationContext = {
        caller,
        run: async (other, its) => this.run(other, its, await this.#lookAnew(caller)),
      }
      const handle = this.#options.handlers[known] as (input: unknown, context: OperationContext) => unknown
      const value = await handle(parsed, context)
      await this.#record(known, caller, { result: 'ok', input: withTarget(parsed, value) })
      return { ok: true, value: value ?? null }
    } catch (thrown) {
      const error = toWire(thrown)
      if (error.code === 'INTERNAL') this.#options.log.error({ err: thrown, operation: name }, 'an operation failed')
      if (known) await this.#record(known, caller, { result: error.code, input: rawInput })
      return { ok: false, error }
    }
  }

  /** Reads the role again before each nested operation: the caller may have lost the role meanwhile. */
  async #lookAnew(caller: Caller): Promise<Caller> {
    const role = await this.#options.currentRole(caller)
    if (role === null) throw new RequestError('UNAUTHENTICATED', 'the session or the token has ended')
    return { ...caller, role }
  }

  /**
   * Writes the audit entry. A dry run, or an operation that only reads, is recorded only if the role was not
   * sufficient.
   */
  async #record(
    operation: OperationName,
    caller: Caller,
    { result, input }: { readonly result: string; readonly input: unknown },
  ): Promise<void> {
    const { audit } = operations[operation]
    const { id, dryRun } = (input ?? {}) as { id?: unknown; dryRun?: unknown }
    if (result !== 'FORBIDDEN' && (audit === false || dryRun === true)) return
    const { actor, role, via, address } = caller
    const entry: AuditEntry = {
      at: clock.epoch(),
      actor,
      role,
      via,
      address,
      operation,
      target: typeof id === 'string' ? id.slice(0, 128) : null,
      result,
      detail: typeof audit === 'object' ? detailOf(input, audit.fields) : null,
    }
    this.#options.log.info({ operation, plugin: entry.target, result, via, from: address, by: actor }, 'operation')
    if (result === 'ok') this.#options.onDone(entry)
    // What is refused comes in floods, where a viewer's script goes wrong.
    if (typeof audit !== 'object' || result === 'FORBIDDEN')
      return this.#options.audit.count({ ...entry, detail: null })
    await this.#options.audit.record(entry)
  }
}

/** What an operation made has its id in the answer only. */
function withTarget(input: unknown, value: unknown): unknown {
  const { id: own, view } = (value ?? {}) as { id?: unknown; view?: { id?: unknown } | null }
  const id = own ?? view?.id
  return typeof id === 'string' ? { id, ...(input as object) } : input
}

/** What of the input is written down: the named fields, as far as they are of a sane size. */
function detailOf(input: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> | null {
  const given = (input ?? {}) as Readonly<Record<string, unknown>>
  const kept = fields.flatMap((field) => {
    if (!Object.hasOwn(given, field) || given[field] === undefined) return []
    const isSmall = isShallow(given[field]) && JSON.stringify(given[field]).length <= MAX_DETAIL
    return [[field, isSmall ? given[field] : '(too large)']]
  })
  return kept.length === 0 ? null : (Object.fromEntries(kept) as Record<string, unknown>)
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
