import type { JsonObject } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import type { ConfigValidator } from './config-validator.ts'
import { Redactor } from './redactor.ts'
import { withoutSecrets, withSecretsOf } from './secret.ts'

/** A plugin's config as it may be shown: without `writeOnly` values. */
export interface ConfigView {
  /** What was last set. */
  readonly config: JsonObject
  /** What the running instance uses, where that differs. */
  readonly running?: JsonObject
  /** `config` takes effect at the next start. */
  readonly pendingRestart: boolean
  readonly revision: number
  readonly schema: JsonObject | null
}

/** A config that is about to be set, in full: never to be shown. */
export interface ConfigChange {
  readonly config: JsonObject
  readonly previous: JsonObject
  /** What it will be. */
  readonly revision: number
}

/** One plugin's config: what is set, what runs, and which revision. */
export class PluginConfig {
  #schema: JsonObject | undefined
  /** Knows the secrets of every config that this plugin had. */
  readonly redactor = new Redactor()
  readonly #validator: ConfigValidator
  #stored: JsonObject
  #running: JsonObject | null = null
  #revision: number

  constructor(
    schema: JsonObject | undefined,
    validator: ConfigValidator,
    initial: { readonly value: JsonObject; readonly revision: number },
  ) {
    this.#schema = schema
    this.#stored = initial.value
    this.#revision = initial.revision
    this.#validator = validator
    this.redactor.learn(schema, initial.value)
  }

  get revision(): number {
    return this.#revision
  }

  /**
   * Replaces the schema after the plugin's author has changed it. `forStart` checks the stored config with the new
   * schema.
   */
  useSchema(schema: JsonObject | undefined): void {
    this.#schema = schema
    this.redactor.learn(schema, this.#stored)
  }

  /** With its secrets. */
  get whole(): JsonObject {
    return this.#stored
  }

  /** Sets the revision. Only for use before the revision is announced. */
  renumber(revision: number): void {
    this.#revision = revision
  }

  view(): ConfigView {
    const pendingRestart = this.#running !== null && JSON.stringify(this.#running) !== JSON.stringify(this.#stored)
    return {
      config: withoutSecrets(this.#schema, this.#stored),
      ...(pendingRestart && { running: withoutSecrets(this.#schema, this.#running!) }),
      pendingRestart,
      revision: this.#revision,
      schema: this.#schema ?? null,
    }
  }

  /**
   * Returns the config to start with, checked anew and with defaults.
   * @throws PluginError `CONFIG_INVALID`
   */
  async forStart(): Promise<JsonObject> {
    this.#stored = await this.#validator.validate(this.#schema, this.#stored)
    this.redactor.learn(this.#schema, this.#stored)
    return this.#stored
  }

  /**
   * Checks a config that is about to be set, and fills in defaults and secrets.
   * @throws PluginError `CONFIG_CONFLICT`, `CONFIG_INVALID`
   */
  async check(config: JsonObject, expectedRevision: number | undefined): Promise<JsonObject> {
    if (expectedRevision !== undefined && expectedRevision !== this.#revision) {
      const message = `the config is at revision ${this.#revision}, not ${expectedRevision}: another save came in between`
      throw new PluginError('CONFIG_CONFLICT', message, { revision: this.#revision })
    }
    const complete =
      typeof config === 'object' && config !== null ? withSecretsOf(this.#schema, config, this.#stored) : config
    return this.#validator.validate(this.#schema, complete)
  }

  /** Call this before a plugin gets the config, because its first log entries may already contain a secret of it. */
  learnSecrets(config: JsonObject): void {
    this.redactor.learn(this.#schema, config)
  }

  store(config: JsonObject, { running }: { readonly running: boolean }): number {
    this.#stored = config
    if (running) this.#running = config
    this.#revision += 1
    return this.#revision
  }

  /** An instance runs with this config; null: none runs. */
  setRunning(config: JsonObject | null): void {
    this.#running = config
  }
}
