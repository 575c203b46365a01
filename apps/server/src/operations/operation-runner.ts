import type { Reply } from '@plugboard/protocol'
import { operations, type OperationName } from '@plugboard/protocol/operations'
import type { Logger } from 'pino'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { isAllowed } from '../auth/roles.ts'
import type { AuditEntry } from '../store/tables/audit.ts'
import { RequestError, toWire } from '../wire-problem.ts'
import { accessHandlers } from './access.ts'
import { auditHandlers } from './audit.ts'
import type { Caller } from './caller.ts'
import { configHandlers } from './config.ts'
import { eventHandlers } from './events.ts'
import { historyHandlers } from './history.ts'
import type { Handlers, OperationContext, OperationDeps } from './handler.ts'
import { pluginHandlers } from './plugins.ts'
import { profileHandlers } from './profiles.ts'
import { serverHandlers } from './server.ts'

const MAX_DEPTH = 64
const MAX_DETAIL = 4_096

const handlers: Handlers = {
  ...pluginHandlers,
  ...configHandlers,
  ...eventHandlers,
  ...historyHandlers,
  ...auditHandlers,
  ...accessHandlers,
  ...profileHandlers,
  ...serverHandlers,
}

/** The one wrapper around every operation: authorise → parse → act → audit → reply. */
export class OperationRunner {
  readonly #deps: OperationDeps
  readonly #audit: AuditTrail
  readonly #log: Logger
  readonly #underWay = new Set<Promise<unknown>>()
  #isStopping = false

  constructor(deps: OperationDeps, { audit, log }: { audit: AuditTrail; log: Logger }) {
    this.#deps = deps
    this.#audit = audit
    this.#log = log
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
      if (!isAllowed(known, caller.role)) throw new RequestError('FORBIDDEN', `${known} takes the role ${role}`)
      if (!isShallow(rawInput))
        throw new RequestError('INPUT_INVALID', `the input is nested deeper than ${MAX_DEPTH} levels`)
      const parsed = input.parse(rawInput ?? {})
      const context: OperationContext = {
        ...this.#deps,
        caller,
        run: async (other, its) => this.run(other, its, await this.#lookAnew(caller)),
      }
      const handle = handlers[known] as (input: unknown, context: OperationContext) => unknown
      const value = await handle(parsed, context)
      await this.#record(known, caller, { result: 'ok', input: withTarget(parsed, value) })
      return { ok: true, value: value ?? null }
    } catch (thrown) {
      const error = toWire(thrown)
      if (error.code === 'INTERNAL') this.#log.error({ err: thrown, operation: name }, 'an operation failed')
      if (known) await this.#record(known, caller, { result: error.code, input: rawInput })
      return { ok: false, error }
    }
  }

  /** What takes long must not outlive the role that it began with. */
  async #lookAnew(caller: Caller): Promise<Caller> {
    const role = await this.#deps.access.currentRole(caller)
    if (role === null) throw new RequestError('UNAUTHENTICATED', 'the session or the token is over')
    return { ...caller, role }
  }

  /** Who only looks is not written down, unless it was refused. */
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
      at: Date.now(),
      actor,
      role,
      via,
      address,
      operation,
      target: typeof id === 'string' ? id.slice(0, 128) : null,
      result,
      detail: typeof audit === 'object' ? detailOf(input, audit.fields) : null,
    }
    this.#log.info({ operation, plugin: entry.target, result, via, from: address, by: actor }, 'operation')
    // What is refused comes in floods, where a viewer's script goes wrong.
    if (typeof audit !== 'object' || result === 'FORBIDDEN') return this.#audit.count({ ...entry, detail: null })
    if (result === 'ok' && entry.target !== null && this.#deps.manager.getPlugin(entry.target)) this.#tell(entry)
    await this.#audit.record(entry)
  }

  /** What somebody did to a plugin is part of its timeline; a config tells of itself, with what it changed. */
  #tell({ at, actor, operation, target, detail }: AuditEntry): void {
    if (operation.startsWith('config.')) return
    this.#deps.timeline.add({
      kind: 'operation',
      code: 'operated',
      at,
      pluginId: target,
      actor,
      title: `${operation} by ${actor}.`,
      detail: { operation, ...detail },
    })
  }
}

/** What an operation made has its id in the answer only. */
function withTarget(input: unknown, value: unknown): unknown {
  const { id } = (value ?? {}) as { id?: unknown }
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
