import { Worker } from 'node:worker_threads'
import type { JsonObject } from '@plugboard/plugin-sdk'
import { PluginError, type Violation } from '../plugin-error.ts'
import type { ValidationJob, ValidationResult } from './validation-thread.ts'

/** How long one check may take before its thread is ended. */
const DEADLINE_MS = 1_000
/** The thread loads its validator within that; it is not the plugin's fault. */
const START_MS = 10_000

/** Checks values against JSON Schemas in its own thread, one at a time, each with a deadline [CF1]. */
export class ConfigValidator {
  #worker: { readonly thread: Worker; readonly online: Promise<void> } | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** Returns the violations of a schema itself; empty when it can be used. */
  async checkSchema(schema: JsonObject): Promise<readonly Violation[]> {
    const result = await this.#enqueue({ schema })
    return result.ok ? [] : result.violations
  }

  /**
   * Returns the config with defaults filled in.
   * @throws PluginError `CONFIG_INVALID`
   */
  async validate(schema: JsonObject | undefined, config: JsonObject): Promise<JsonObject> {
    const copy = plainObject(config)
    if (!schema) return copy
    const result = await this.#enqueue({ schema, value: copy })
    if (result.ok) return result.value as JsonObject
    throw invalid(result.violations)
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.thread.terminate()
  }

  #enqueue(job: ValidationJob): Promise<ValidationResult> {
    const result = this.#last.then(() => this.#run(job))
    this.#last = result.catch(() => {})
    return result
  }

  async #run(job: ValidationJob): Promise<ValidationResult> {
    const { thread, online } = (this.#worker ??= startThread())
    await online
    return new Promise((resolve) => {
      const settle = (result: ValidationResult): void => {
        clearTimeout(timer)
        thread.removeAllListeners('message').removeAllListeners('exit')
        resolve(result)
      }
      const giveUp = (message: string): void => {
        this.#worker = undefined
        settle({ ok: false, invalid: 'value', violations: [{ pointer: '', rule: 'deadline', message }] })
        void thread.terminate()
      }
      const timer = setTimeout(
        () => giveUp(`checking took longer than ${DEADLINE_MS} ms: a pattern of the schema backtracks`),
        DEADLINE_MS,
      )
      thread.once('message', settle)
      thread.once('exit', () => giveUp('the check ended before it had a result'))
      thread.postMessage(job)
    })
  }
}

function startThread(): { thread: Worker; online: Promise<void> } {
  const thread = new Worker(new URL(import.meta.url.replace('config-validator', 'validation-thread')), {
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  })
  thread.unref()
  thread.on('error', () => {})
  const { promise: online, resolve, reject } = Promise.withResolvers<void>()
  // A first, empty job: its answer says that the validator is loaded, so that the deadline measures checks only.
  const timer = setTimeout(
    () => reject(new PluginError('INTERNAL', 'the validation thread did not start', null)),
    START_MS,
  )
  thread.once('message', () => {
    clearTimeout(timer)
    resolve()
  })
  thread.postMessage({ schema: {} } satisfies ValidationJob)
  return { thread, online }
}

/** A private copy that is JSON and an object. */
function plainObject(config: unknown): JsonObject {
  let copy: unknown
  try {
    copy = JSON.parse(JSON.stringify(config) ?? 'null')
  } catch (cause) {
    throw invalid([{ pointer: '', rule: 'type', message: 'a config must be JSON' }], cause)
  }
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) return copy as JsonObject
  throw invalid([{ pointer: '', rule: 'type', message: 'a config must be an object' }])
}

function invalid(violations: readonly Violation[], cause?: unknown): PluginError<'CONFIG_INVALID'> {
  const text = violations.map((v) => v.message).join('; ')
  return new PluginError('CONFIG_INVALID', `config refused: ${text}`, violations).causedBy(cause)
}
