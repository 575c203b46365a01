import { Worker } from 'node:worker_threads'
import type { JsonObject } from '@plugboard/plugin-sdk'
import { copyJson, isDeeper, isJsonObject } from '../util/json-object.ts'
import { builtFile } from '../errors/built-file.ts'
import { PluginError, type Violation } from '../errors/plugin-error.ts'
import { clock } from '../util/clock.ts'
import { FairQueue } from './fair-queue.ts'
import type { ValidationJob, ValidationResult } from './validation-thread.ts'

const MAX_CONFIG_BYTES = 256 * 1_024
/** In levels. */
export const MAX_CONFIG_DEPTH = 200
/** How much processor time one check may take before its thread is ended. */
const DEADLINE_MS = 1_000
/** How long it may take in all: on a busy machine a thread gets less processor time than it could use. */
const PATIENCE_MS = 20_000
/** How long the thread may take to load its validator. This does not count toward the deadline of a check. */
const START_MS = 10_000

/** How often a check that takes long is looked at. */
const LOOK_MS = 50

const TOO_LONG = `checking took more than ${DEADLINE_MS} ms of processor time and was given up; the usual reason is a pattern that backtracks`

interface ValidationWorker {
  readonly thread: Worker
  readonly online: Promise<void>
}

/** A config that was checked. */
export interface CheckedConfig {
  /** A copy; with defaults, if it is valid. */
  readonly config: JsonObject
  /** Where it holds secrets, as JSON pointers; null where the check took too long, or the schema is invalid. */
  readonly secrets: readonly string[] | null
  /** Why it is invalid; null if it is valid. */
  readonly error: PluginError<'CONFIG_INVALID'> | null
}

/**
 * Checks values against JSON Schemas in its own thread, one at a time, each with a deadline [CF1.g]. Each check has an
 * owner; owners take turns.
 */
export class ConfigValidator {
  readonly #queue = new FairQueue()
  #worker: ValidationWorker | undefined

  /** Returns the violations of a schema itself; empty when it can be used. */
  async checkSchema(owner: string, schema: JsonObject): Promise<readonly Violation[]> {
    const result = await this.#enqueue(owner, { schema })
    return result.ok ? [] : result.violations
  }

  /**
   * Checks a config, fills in defaults, and says where it holds secrets, also if it is invalid.
   * @throws PluginError `CONFIG_INVALID` for what is no JSON object, or too large; `BUSY` where too many checks of this
   *   owner wait
   */
  async check(owner: string, schema: JsonObject | undefined, config: JsonObject): Promise<CheckedConfig> {
    const copy = plainObject(config)
    if (!schema) return { config: copy, secrets: [], error: null }
    const result = await this.#enqueue(owner, { schema, value: copy })
    if (result.ok) return { config: result.value as JsonObject, secrets: result.secrets, error: null }
    return { config: copy, secrets: result.secrets, error: invalid(result.violations) }
  }

  /**
   * Where a config holds secrets, as JSON pointers, without what takes long to check. Nowhere by a schema that is invalid: it
   * says nothing.
   */
  async findSecrets(owner: string, schema: JsonObject, config: JsonObject): Promise<readonly string[]> {
    const result = await this.#enqueue(owner, { schema, value: config, secretsOnly: true })
    if (result.secrets) return result.secrets
    // What could not be found out is hidden as a whole.
    return !result.ok && result.invalid === 'schema' ? [] : ['']
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.thread.terminate()
  }

  #enqueue(owner: string, job: ValidationJob): Promise<ValidationResult> {
    return this.#queue.run(owner, async () => {
      const worker = (this.#worker ??= this.#start())
      // Between checks the thread keeps no process from ending.
      worker.thread.ref()
      try {
        return await this.#run(worker, job)
      } finally {
        worker.thread.unref()
      }
    })
  }

  async #run(worker: ValidationWorker, job: ValidationJob): Promise<ValidationResult> {
    const { thread } = worker
    let before: NodeJS.CpuUsage
    try {
      await worker.online
      before = await thread.cpuUsage()
    } catch (error) {
      this.#forget(worker)
      throw error
    }
    const began = clock.now()
    return new Promise((resolve, reject) => {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
        clearTimeout(timer)
        thread.off('message', onResult).off('exit', onExit)
      }
      const onResult = (result: ValidationResult): void => {
        settle()
        resolve(result)
      }
      const onExit = (): void => {
        settle()
        reject(new PluginError('INTERNAL', 'the validation thread ended before it had a result', null))
      }
      const giveUp = (message: string): void => {
        settle()
        this.#forget(worker)
        void thread.terminate()
        const violations = [{ pointer: '', rule: 'deadline', message }]
        resolve({ ok: false, invalid: 'value', violations, secrets: null })
      }
      // An answer that has arrived already is read before the thread's usage is: nothing is given up that is done.
      const look = async (): Promise<void> => {
        const used = await thread.cpuUsage(before).catch(() => null)
        if (isSettled || !used) return
        const usedMs = (used.user + used.system) / 1_000
        const waitedMs = clock.now() - began
        if (usedMs >= DEADLINE_MS) giveUp(TOO_LONG)
        else if (waitedMs >= PATIENCE_MS) giveUp(tooBusy(waitedMs, usedMs))
        else timer = setTimeout(() => void look(), Math.max(LOOK_MS, DEADLINE_MS - usedMs))
      }
      let timer = setTimeout(() => void look(), DEADLINE_MS)
      thread.once('message', onResult).once('exit', onExit)
      thread.postMessage(job)
    })
  }

  #start(): ValidationWorker {
    const worker = startThread()
    worker.thread.once('exit', () => this.#forget(worker))
    return worker
  }

  #forget(worker: ValidationWorker): void {
    if (this.#worker === worker) this.#worker = undefined
  }
}

function startThread(): ValidationWorker {
  const isSource = import.meta.url?.endsWith('.ts')
  const file = builtFile(isSource ? 'src/config/validation-thread.ts' : 'dist/config/validation-thread.js')
  const thread = new Worker(file, {
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  })
  thread.unref()
  thread.on('error', () => {})
  const online = new Promise<void>((resolve, reject) => {
    const failed = (): void => reject(new PluginError('INTERNAL', 'the validation thread did not start', null))
    const timer = setTimeout(failed, START_MS).unref()
    thread.once('exit', failed)
    // A first, empty job: its answer says that the validator is loaded, so that the deadline measures checks only.
    thread.once('message', () => {
      clearTimeout(timer)
      thread.off('exit', failed)
      resolve()
    })
  })
  // The caller that waits for the result gets the error. Nothing else depends on it.
  online.catch(() => {})
  thread.postMessage({ schema: {} } satisfies ValidationJob)
  return { thread, online }
}

function tooBusy(waitedMs: number, usedMs: number): string {
  const [waited, used] = [waitedMs, usedMs].map(Math.round)
  return `checking was given up after ${waited} ms, in which it got ${used} ms of processor time: the machine is busy; try again later`
}

/** A private copy that is JSON, an object, and not too large. */
function plainObject(config: unknown): JsonObject {
  if (isDeeper(config, MAX_CONFIG_DEPTH)) {
    const message = `a config is nested at most ${MAX_CONFIG_DEPTH} levels deep`
    throw invalid([{ pointer: '', rule: 'depth', message }])
  }
  const json = copyJson(config)
  if (!json || !isJsonObject(json.value))
    throw invalid([{ pointer: '', rule: 'type', message: 'a config must be a JSON object' }])
  if (json.bytes > MAX_CONFIG_BYTES) {
    throw invalid([
      { pointer: '', rule: 'maxLength', message: `a config has at most ${MAX_CONFIG_BYTES} bytes, not ${json.bytes}` },
    ])
  }
  return json.value
}

function invalid(violations: readonly Violation[]): PluginError<'CONFIG_INVALID'> {
  const text = violations.map((v) => v.message).join('; ')
  return new PluginError('CONFIG_INVALID', `config refused: ${text}`, violations)
}
