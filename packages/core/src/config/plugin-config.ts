import type { JsonObject } from '@plugboard/plugin-sdk'
import { PluginError, type Violation } from '../errors/plugin-error.ts'
import { isDeeper, isJsonObject } from '../util/json-object.ts'
import { MAX_CONFIG_DEPTH, type ConfigValidator } from './config-validator.ts'
import { Redactor, type SharedSecrets } from './redactor.ts'
import { hide, placesOf, refsIn, reveal, type StoredConfig } from './secret.ts'

/** A plugin's config as it may be shown: with references in place of secrets. */
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

/** A config that is about to be set. Its `secrets` are never to be shown. */
export interface ConfigChange extends StoredConfig {
  readonly previous: StoredConfig
  /** What it will be. */
  readonly revision: number
}

/** A config that was checked, in the form that the plugin gets, and in the form that is stored. */
export interface ReadyConfig {
  readonly config: JsonObject
  readonly stored: StoredConfig
}

interface CheckOptions {
  /** Nothing is set: such checks wait behind those of starts and saves. */
  readonly isDryRun?: boolean
  /** The revision that the caller has seen. */
  readonly expected?: number | undefined
  /** What references may stand for, besides the secrets of the current config: those of an earlier one. */
  readonly secrets?: StoredConfig['secrets'] | undefined
}

/** One plugin's config: what is set, what runs, and which revision. */
export class PluginConfig {
  #schema: JsonObject | undefined
  /** Knows the secrets of every config that this plugin had. */
  readonly redactor: Redactor
  readonly #id: string
  readonly #validator: ConfigValidator
  #stored: StoredConfig
  #running: StoredConfig | null = null
  #revision: number
  #lostSecrets: readonly string[]

  constructor(
    id: string,
    {
      schema,
      validator,
      secrets,
    }: {
      readonly schema: JsonObject | undefined
      readonly validator: ConfigValidator
      readonly secrets: SharedSecrets
    },
    initial: { readonly stored: StoredConfig; readonly revision: number; readonly lostSecrets: readonly string[] },
  ) {
    this.#id = id
    this.#schema = schema
    this.#stored = initial.stored
    this.#revision = initial.revision
    this.#lostSecrets = initial.lostSecrets
    this.#validator = validator
    this.redactor = new Redactor(secrets)
    this.redactor.learn(initial.stored.secrets)
  }

  get revision(): number {
    return this.#revision
  }

  /** Where secrets stood that the host could not open, by JSON pointer; empty once a config was set. */
  get lostSecrets(): readonly string[] {
    return this.#lostSecrets
  }

  get stored(): StoredConfig {
    return this.#stored
  }

  /**
   * Replaces the schema after the plugin's author has changed it. `forStart` checks the stored config with the new
   * schema.
   */
  useSchema(schema: JsonObject | undefined): void {
    this.#schema = schema
  }

  /** Sets the revision. Only for use before the revision is announced. */
  renumber(revision: number): void {
    this.#revision = revision
  }

  view(): ConfigView {
    const pendingRestart =
      this.#running !== null && JSON.stringify(this.#running.shown) !== JSON.stringify(this.#stored.shown)
    return {
      config: this.#stored.shown,
      ...(pendingRestart && { running: this.#running!.shown }),
      pendingRestart,
      revision: this.#revision,
      schema: this.#schema ?? null,
    }
  }

  /**
   * Returns the config to start with, checked anew and with defaults. What is a secret by the schema of now is hidden from
   * here on, also if the config is invalid.
   * @throws PluginError `CONFIG_INVALID`
   */
  async forStart(): Promise<ReadyConfig> {
    const { ready, error } = await prepareConfig(this.#stored, {
      owner: this.#id,
      schema: this.#schema,
      validator: this.#validator,
      isStored: true,
    })
    this.#stored = ready.stored
    this.redactor.learn(ready.stored.secrets)
    if (error) throw error
    return ready
  }

  /**
   * A config as another version of the plugin would get it, by default the one that is set, checked with its schema.
   * @throws PluginError `CONFIG_INVALID`
   */
  async readyFor(schema: JsonObject | undefined, config = this.#stored): Promise<ReadyConfig> {
    return this.#ready(config, schema)
  }

  async #ready(
    config: StoredConfig,
    schema: JsonObject | undefined,
    alsoHidden: readonly string[] = [],
  ): Promise<ReadyConfig> {
    const { ready, error } = await prepareConfig(config, {
      owner: this.#id,
      schema,
      validator: this.#validator,
      before: this.#stored,
      alsoHidden,
    })
    if (error) throw error
    this.learnSecrets(ready.stored)
    return ready
  }

  /** The config that is set, with its secrets, for another version of the plugin: never to be shown. */
  revealed(): JsonObject {
    return reveal(this.#stored.shown, this.#stored.secrets).config
  }

  /**
   * What another version has made of the config, or what is to be set for it. Its references stand for secrets of the config
   * that is set. What holds one of them is a secret as well, whatever the schema says.
   * @throws PluginError `CONFIG_INVALID`
   */
  async readyAs(config: JsonObject, schema: JsonObject | undefined): Promise<ReadyConfig> {
    const { secrets } = this.#stored
    const revealed = mayHoldSecrets(config) ? reveal(config, secrets) : null
    if (revealed && revealed.unknown.length > 0) throw unknownSecrets(revealed.unknown)
    const alsoHidden = revealed ? placesOf(secrets, revealed.config) : []
    return this.#ready({ shown: config, secrets }, schema, alsoHidden)
  }

  /** The config that is set, with what is a secret by another schema hidden as well. It need not fit that. */
  async hiddenFor(schema: JsonObject | undefined): Promise<StoredConfig> {
    const { ready } = await prepareConfig(this.#stored, {
      owner: this.#id,
      schema,
      validator: this.#validator,
      before: this.#stored,
      isStored: true,
    })
    this.learnSecrets(ready.stored)
    return ready.stored
  }

  /** Another version runs from now on, and its schema counts. */
  adopt(
    schema: JsonObject | undefined,
    { running, stored }: { readonly running: StoredConfig | null; readonly stored: StoredConfig },
  ): void {
    this.#schema = schema
    this.#stored = stored
    this.#running = running
  }

  /**
   * Checks a config that is about to be set, fills in defaults, and puts the values in place of references.
   * @throws PluginError `CONFIG_CONFLICT`, `CONFIG_INVALID`
   */
  async check(
    config: JsonObject,
    { isDryRun = false, expected, secrets = {} }: CheckOptions = {},
  ): Promise<ReadyConfig> {
    if (expected !== undefined && expected !== this.#revision) {
      const message = `the config is at revision ${this.#revision}, not ${expected}: another save came in between`
      throw new PluginError('CONFIG_CONFLICT', message, { revision: this.#revision })
    }
    const known = { ...secrets, ...this.#running?.secrets, ...this.#stored.secrets }
    const { unknown } = mayHoldSecrets(config) ? reveal(config, known) : { unknown: [] }
    if (unknown.length > 0) throw unknownSecrets(unknown)
    const { ready, error } = await prepareConfig(
      { shown: config, secrets: known },
      {
        owner: isDryRun ? `dry runs for ${this.#id}` : this.#id,
        schema: this.#schema,
        validator: this.#validator,
        before: this.#stored,
      },
    )
    if (error) throw error
    return ready
  }

  /** Call this before a plugin gets the config, because its first log entries may already contain a secret of it. */
  learnSecrets({ secrets }: StoredConfig): void {
    this.redactor.learn(secrets)
  }

  store(stored: StoredConfig, { running }: { readonly running: boolean }): number {
    this.#stored = stored
    if (running) this.#running = stored
    this.#revision += 1
    this.#lostSecrets = []
    return this.#revision
  }

  /** An instance runs with this config; null: none runs. */
  setRunning(stored: StoredConfig | null): void {
    this.#running = stored
  }
}

/**
 * Checks a stored config with a schema, and hides what is a secret by that schema, besides what was one before.
 * @param owner whose turn the check takes, usually the id of the plugin
 * @param before the config that it replaces: a secret with the same value at the same place keeps its reference
 * @param alsoHidden pointers of what is a secret besides
 * @param isStored it was set before: it is shown, and so hidden, also where it is invalid
 */
export async function prepareConfig(
  { shown, secrets }: StoredConfig,
  {
    owner,
    schema,
    validator,
    before,
    isStored = false,
    alsoHidden = [],
  }: {
    readonly owner: string
    readonly schema: JsonObject | undefined
    readonly validator: ConfigValidator
    readonly before?: StoredConfig
    readonly isStored?: boolean
    readonly alsoHidden?: readonly string[]
  },
): Promise<{ readonly ready: ReadyConfig; readonly error: PluginError | null }> {
  const revealed = mayHoldSecrets(shown) ? reveal(shown, secrets) : null
  const checked = await validator.check(owner, schema, revealed ? revealed.config : shown)
  const carried = revealed?.refs ?? new Map<string, string>()
  const refs = new Map([...(before ? refsIn(before.shown) : []), ...carried])
  const found =
    checked.secrets ?? (isStored && schema ? await validator.findSecrets(owner, schema, checked.config) : [])
  const stored = hide(checked.config, [...found, ...carried.keys(), ...alsoHidden], {
    refs,
    secrets: { ...before?.secrets, ...secrets },
  })
  return { ready: { config: checked.config, stored }, error: checked.error }
}

/** What is no object, or nested without an end, is for the validator to refuse. */
function mayHoldSecrets(config: unknown): config is JsonObject {
  return isJsonObject(config) && !isDeeper(config, MAX_CONFIG_DEPTH)
}

function unknownSecrets(pointers: readonly string[]): PluginError<'CONFIG_INVALID'> {
  const violations = pointers.map((pointer): Violation => {
    return { pointer, rule: 'secret', message: `${pointer} refers to a secret that is not stored: enter it again` }
  })
  return new PluginError('CONFIG_INVALID', `config refused: ${violations.map((v) => v.message).join('; ')}`, violations)
}
