import { Catalog } from '@plugboard/catalog'
import { PluginManager } from '@plugboard/core'
import { MAX_INCIDENTS_SHOWN, type LogOutputView, type WireError } from '@plugboard/protocol'
import type { FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'
import type { Logger } from 'pino'
import { AuditTrail } from './audit/audit-trail.ts'
import type { Authenticator } from './auth/authenticator.ts'
import { openAccess } from './auth/open-access.ts'
import { SetUpLink } from './auth/set-up-link.ts'
import { restorePlugins, startWanted } from './desired/boot.ts'
import { ConfigLedger } from './desired/config-ledger.ts'
import { DesiredState } from './desired/desired-state.ts'
import { RunningReplays } from './dead-letters/running-replays.ts'
import { UpdateNotes } from './desired/update-notes.ts'
import { toWire } from './errors/wire-problem.ts'
import { LiveTopics } from './gateway/live-topics.ts'
import { SocketGateway } from './gateway/socket-gateway.ts'
import { TopicHub } from './gateway/topic-hub.ts'
import { createHttp, serveUnder, type Readiness } from './http/create-http.ts'
import { IdempotencyKeys } from './http/idempotency.ts'
import { createMetrics } from './http/metrics.ts'
import { registerRest } from './http/rest.ts'
import { registerSignIn } from './http/sign-in.ts'
import { RequestGuard } from './net/request-guard.ts'
import { createHandlers } from './operations/create-handlers.ts'
import { noteOperation } from './operations/note-operation.ts'
import { OperationRunner } from './operations/operation-runner.ts'
import { ProfileStore } from './profiles/profile-store.ts'
import { logFact } from './records/log-fact.ts'
import { Records } from './records/records.ts'
import { bundledPluginsDir } from './settings/bundled.ts'
import { VERSION } from './settings/version.ts'
import type { ServerConfig } from './settings/config.ts'
import { HostMachine } from './sources/host-machine.ts'
import { PluginFailures } from './sources/plugin-failures.ts'
import { Sources } from './sources/sources.ts'
import { lockFolder } from './store/folder-lock.ts'
import { SecretBox, secretKey } from './store/secret-box.ts'
import { StoreError } from './store/store-error.ts'
import { openStore, type Store } from './store/store.ts'
import { Sampler } from './telemetry/sampler.ts'
import { Snapshots } from './telemetry/snapshots.ts'
import { Uploads } from './versions/uploads.ts'
import { installBundled, updateBundled } from './versions/bundled-versions.ts'
import { VersionLedger } from './versions/version-ledger.ts'

export interface App extends AsyncDisposable {
  readonly manager: PluginManager
  /** Without a trailing slash. */
  readonly url: string
  readonly setUp: SetUpLink
  close(): Promise<void>
}

interface AppOptions {
  /** Aborted when the server is told to end, also while it starts. */
  readonly stop?: AbortSignal
  /** Whether the log takes lines; the default says that it does. */
  readonly readLogOutput?: () => LogOutputView
}

/** What every step needs. A step adds each resource that it opens to `owned`, which disposes them in reverse order. */
interface Base {
  readonly config: ServerConfig
  readonly log: Logger
  readonly owned: AsyncDisposableStack
  readonly readLogOutput: () => LogOutputView
}

/**
 * Creates all parts, starts listening, brings the plugins to their requested state, and owns all parts until `close`.
 * Each step uses only the results of earlier steps.
 * @throws FolderError, StoreError, SecretKeyError, or the listen error, such as EADDRINUSE: before any plugin is
 * started
 */
export async function createApp(
  config: ServerConfig,
  log: Logger,
  { stop, readLogOutput = () => ({ trouble: null, lostLines: 0 }) }: AppOptions = {},
): Promise<App> {
  await using owned = new AsyncDisposableStack()
  const base: Base = { config, log, owned, readLogOutput }
  const storage = await openStorage(base)
  const { access, setUp } = await openAccounts(base, storage)
  const runtime = await openRuntime(base, storage)
  const plugins = await openDesired(base, storage, runtime)
  const sources = createSources(base, runtime)
  const runner = createRunner(base, { storage, access, runtime, plugins, sources })
  const { http, gateway, readiness } = await openDoors(base, { storage, access, setUp, runtime, runner })

  // At the end: new connections are refused, plugins stop, operations in progress finish (their callers may be gone), and then
  // everything is stored.
  const { manager, records, replays, sampler, topics } = runtime
  owned.defer(() => runner.idle())
  owned.defer(() => manager.close())
  // While their plugins still run: what they have handled leaves its letters.
  owned.defer(() => replays.close())
  owned.defer(() => topics.stop())
  owned.defer(() => sources.stop())
  owned.defer(() => sampler.stop())
  owned.defer(() => http.close())
  owned.defer(() => gateway.close())
  owned.defer(() => runner.stop())
  // A signal that comes while we start does not wait for plugins that hang.
  stop?.addEventListener('abort', () => void manager.close())

  const { letters, timeline, incidents } = records
  const shipped = await installBundled(storage.catalog, config.bundled, log)
  await restorePlugins({ manager, ...plugins, letters, timeline, shipped }, log)
  incidents.closeGone()
  // Start this source before the plugins, so that failures of their first start are published, too.
  await sources.start(['plugboard'])
  await http.listen({ host: config.host, port: config.port })
  sampler.start()
  if (config.safe) log.warn('safe mode: no plugin is started')
  else await startWanted({ manager, ...plugins, shipped }, log)
  if (!config.safe && config.bundledUpdates === 'auto') {
    const { desired, versions } = plugins
    const update = (id: string, version: string): Promise<void> =>
      desired.run(id, { intents: [], by: 'plugboard' }, async () => {
        await manager.updatePlugin(id, { version })
        return { steps: [] }
      })
    await updateBundled({ shipped, manager, versions, update }, log)
  }
  await sources.start()
  readiness.isReady = !config.safe

  const running = owned.move()
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= running.disposeAsync())
  const url = urlOf(config, http.server.address() as AddressInfo) + config.basePath
  return { manager, url, setUp, close, [Symbol.asyncDispose]: close }
}

interface Storage {
  readonly key: Buffer
  /** Encrypts what is stored. */
  readonly box: SecretBox
  readonly store: Store
  readonly audit: AuditTrail
  readonly catalog: Catalog
  readonly uploads: Uploads
}

/**
 * Locks the data folder and opens what is stored in it. Without the lock, a second server on this folder would kill our
 * guests.
 */
async function openStorage({ config, log, owned }: Base): Promise<Storage> {
  owned.use(lockFolder(config.dataDir))
  const key = secretKey(config.dataDir, config.secretKey)
  const store = owned.use(await openStore(config.dataDir, config.node))
  const audit = new AuditTrail(store, log)
  owned.defer(() => audit.close())
  const catalog = await openCatalog(config)
  const uploads = new Uploads(config.dataDir)
  await uploads.clear()
  return { key, box: new SecretBox(key), store, audit, catalog, uploads }
}

async function openCatalog({
  dataDir,
  versions: { policy, registry, trustedKeyFiles },
}: ServerConfig): Promise<Catalog> {
  const trustedKeys = trustedKeyFiles.map((file) => {
    return { name: basename(file, extname(file)), publicKey: readFileSync(file, 'utf8') }
  })
  return Catalog.open({
    folder: join(dataDir, 'catalog'),
    trustedKeys,
    policy,
    ...(registry !== null && { npm: { registry } }),
  })
}

async function openAccounts(
  { config, log, owned }: Base,
  { store, audit, key }: Storage,
): Promise<{ readonly access: Authenticator; readonly setUp: SetUpLink }> {
  const access = await openAccess({ config, store, audit, key, log }, owned)
  const setUp = new SetUpLink((await access.accounts.list()).length === 0)
  return { access, setUp }
}

interface Runtime {
  readonly manager: PluginManager
  readonly snapshots: Snapshots
  readonly sampler: Sampler
  readonly records: Records
  readonly profiles: ProfileStore
  readonly replays: RunningReplays
  readonly hub: TopicHub
  readonly topics: LiveTopics
}

/** The manager, and all that listens to it. No plugin is loaded yet. */
async function openRuntime(
  { config, log, owned, readLogOutput }: Base,
  { store, box, catalog }: Storage,
): Promise<Runtime> {
  const manager = new PluginManager(config.vmId, {
    node: config.node,
    dataDir: config.dataDir,
    pluginPaths: [bundledPluginsDir(), ...config.pluginPaths],
    catalog,
    logger: { log: (level, message, fields) => log[level](fields ?? {}, message) },
  })
  const snapshots = new Snapshots(manager)
  const sampler = new Sampler(manager, snapshots)
  const records = await Records.open({ store, manager, sampler, box, log })
  owned.defer(() => records.close())
  const profiles = new ProfileStore(manager, config.dataDir)
  await profiles.sweep()
  const replays = new RunningReplays(manager)
  const hub = new TopicHub()
  const known = [...(await store.incidents.list({ limit: MAX_INCIDENTS_SHOWN })), ...(await store.incidents.open())]
  const topics = new LiveTopics({
    manager,
    snapshots,
    sampler,
    history: records.states,
    letters: records.letters,
    silences: records.silences,
    hub,
    readTrouble: () => describeTrouble(store),
    readLogOutput,
    incidents: known,
  })

  records.incidents.onDidChange((incident) => topics.takeIncident(incident))
  records.logs.onDidTake((line) => topics.takeLine(line))
  records.silences.onDidChange(() => topics.takeSilence())
  sampler.onDidSample((sample) => records.takeSample(sample))
  sampler.onDidSample((sample) => topics.takeSample(sample))
  manager.onDidChange((fact) => {
    if (!records.takeFact(fact)) return
    snapshots.takeFact(fact)
    logFact(log, fact)
    if (fact.type === 'unloaded') {
      sampler.forget(fact.id)
      records.logs.forget(fact.id)
      records.silences.forget(fact.id)
      profiles.forget(fact.id).catch((thrown: unknown) => {
        log.warn({ err: thrown, plugin: fact.id }, 'the recordings of a plugin that was unloaded could not be removed')
      })
    }
    topics.takeFact(fact)
  })
  return { manager, snapshots, sampler, records, profiles, replays, hub, topics }
}

interface Desired {
  readonly desired: DesiredState
  readonly configs: ConfigLedger
  readonly updateNotes: UpdateNotes
  readonly versions: VersionLedger
}

async function openDesired(
  { log, owned }: Base,
  { store, box, catalog }: Storage,
  { manager, records }: Runtime,
): Promise<Desired> {
  const desired = new DesiredState({ store, manager, log })
  owned.defer(() => desired.close())
  // A start that has read a changed plugin.json, also an automatic one: what is stored of the plugin follows.
  manager.onDidChange((fact) => {
    if (fact.type === 'release') void desired.settle([fact.id])
  })
  const configs = new ConfigLedger({ store, manager, box, timeline: records.timeline, log })
  manager.onDidChange((fact) => {
    if (fact.type !== 'release' || !fact.changes.some(({ field }) => field === 'configSchema')) return
    void configs.followSchema(fact.id)
  })
  owned.defer(() => configs.close())
  const updateNotes = new UpdateNotes({ desired, configs, log })
  manager.onDidChange((fact) => {
    if (fact.type === 'update') updateNotes.take(fact.id, fact.update)
  })
  owned.defer(() => updateNotes.close())
  const versions = await VersionLedger.open({ store, catalog, manager, engine: VERSION })
  manager.onDidChange((fact) => {
    if (fact.type !== 'update' || fact.update.phase !== 'rolling-back') return
    versions.banFailed(fact.id, fact.update).catch((thrown: unknown) => {
      log.error({ err: thrown, plugin: fact.id }, 'a version that was taken back could not be banned')
    })
  })
  return { desired, configs, updateNotes, versions }
}

function createRunner(
  { config, log }: Base,
  {
    storage,
    access,
    runtime,
    plugins,
    sources,
  }: {
    readonly storage: Storage
    readonly access: Authenticator
    readonly runtime: Runtime
    readonly plugins: Desired
    readonly sources: Sources
  },
): OperationRunner {
  const { store, audit, uploads } = storage
  const { manager, sampler, profiles, replays, records } = runtime
  const { letters, metrics: history, incidents, silences, timeline, logs } = records
  const { node, dataDir, safe: isSafe } = config
  const domains = {
    ...plugins,
    node,
    manager,
    dataDir,
    isSafe,
    store,
    letters,
    replays,
    access,
    history,
    incidents,
    silences,
    timeline,
    logs,
    profiles,
    uploads,
  }
  return new OperationRunner({
    handlers: createHandlers({ ...domains, sampler, sources }),
    audit,
    log,
    currentRole: (caller) => access.currentRole(caller),
    onDone: (entry) => noteOperation(entry, timeline),
  })
}

/** HTTP and sockets, not listening yet. */
async function openDoors(
  { config, log, readLogOutput }: Base,
  {
    storage,
    access,
    setUp,
    runtime,
    runner,
  }: {
    readonly storage: Storage
    readonly access: Authenticator
    readonly setUp: SetUpLink
    readonly runtime: Runtime
    readonly runner: OperationRunner
  },
): Promise<{ readonly http: FastifyInstance; readonly gateway: SocketGateway; readonly readiness: Readiness }> {
  const { store, audit, key, uploads } = storage
  const { manager, snapshots, records, topics, hub, profiles } = runtime
  const { node, behindProxy } = config
  const readiness: Readiness = { isReady: false }
  const guard = new RequestGuard({ origins: config.origins, isTls: config.tls !== null || behindProxy })
  const http = await createHttp({ config, guard, log, readiness, storeTrouble: () => store.trouble() })
  const gateway = new SocketGateway({
    node,
    http: http.server,
    guard,
    access,
    behindProxy,
    hub,
    runner,
    log,
    snapshotOf: (topic) => topics.snapshotOf(topic),
  })
  registerSignIn(http, { node, access, setUp, audit, behindProxy })
  const { eventBus } = manager.context
  const metrics = createMetrics({
    snapshots,
    eventBus,
    store,
    silences: records.silences,
    readLogOutput,
    countSockets: () => gateway.count,
  })
  serveUnder(config.basePath, http.server)
  const keys = new IdempotencyKeys(store, key)
  registerRest(http, { guard, access, runner, keys, metrics, profiles, uploads, behindProxy })
  return { http, gateway, readiness }
}

/** Where events come from: this machine, and plugins that fail. None is started yet. */
function createSources({ config, log }: Base, { manager, records }: Pick<Runtime, 'manager' | 'records'>): Sources {
  const sources = [new PluginFailures(manager, records.silences), new HostMachine(config.vmId)]
  return new Sources(sources, { bus: manager.context.eventBus, log })
}

/** Without the base path. */
function urlOf({ host, tls, origins }: ServerConfig, { port }: AddressInfo): string {
  const isAny = host === '0.0.0.0' || host === '::'
  if (isAny && origins[0] !== undefined) return origins[0]
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function describeTrouble(store: Store): WireError | null {
  const trouble = store.trouble()
  return trouble && toWire(new StoreError(trouble))
}
