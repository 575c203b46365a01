import { PluginManager, type PluginFact } from '@plugboard/core'
import { MAX_INCIDENTS_SHOWN, type WireError } from '@plugboard/protocol'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { AuditTrail } from './audit/audit-trail.ts'
import { openAccess } from './auth/open-access.ts'
import type { Principal } from './auth/principal.ts'
import { SetUpLink } from './auth/set-up-link.ts'
import { bundledPluginsDir } from './bundled.ts'
import type { ServerConfig } from './config.ts'
import { restorePlugins, startWanted } from './desired/boot.ts'
import { ConfigLedger } from './desired/config-ledger.ts'
import { DesiredState } from './desired/desired-state.ts'
import { LiveTopics } from './gateway/live-topics.ts'
import { RequestGuard } from './gateway/request-guard.ts'
import { SocketGateway } from './gateway/socket-gateway.ts'
import { TopicHub } from './gateway/topic-hub.ts'
import { createHttp } from './http/create-http.ts'
import { IdempotencyKeys } from './http/idempotency.ts'
import { createMetrics } from './http/metrics.ts'
import { registerRest } from './http/rest.ts'
import { registerSignIn } from './http/sign-in.ts'
import { OperationRunner } from './operations/operation-runner.ts'
import { ProfileShelf } from './profiles/profile-shelf.ts'
import { Records } from './records.ts'
import { HostMachine } from './sources/host-machine.ts'
import { PluginFailures } from './sources/plugin-failures.ts'
import { lockFolder } from './store/folder-lock.ts'
import { SecretBox, secretKey } from './store/secret-box.ts'
import { StoreError } from './store/store-error.ts'
import { openStore, type Store } from './store/store.ts'
import { Sampler } from './telemetry/sampler.ts'
import { toWire } from './wire-problem.ts'

export interface App extends AsyncDisposable {
  readonly manager: PluginManager
  /** Without a trailing slash. */
  readonly url: string
  readonly setUp: SetUpLink
  close(): Promise<void>
}

/**
 * Wires everything, brings the plugins to what is wanted of them, listens; owns all of it until `close`.
 * @throws FolderError, StoreError, SecretKeyError, or the listen error, such as EADDRINUSE: before any plugin is started
 */
export async function createApp(config: ServerConfig, log: Logger, stop?: AbortSignal): Promise<App> {
  // From here on the data folder is ours: who else runs on it would end our guests.
  await using owned = new AsyncDisposableStack()
  owned.use(lockFolder(config.dataDir))
  const key = secretKey(config.dataDir, config.secretKey)
  const store = owned.use(await openStore(config.dataDir))
  const audit = new AuditTrail(store, log)
  owned.defer(() => audit.close())
  // Who is connected must not keep what is taken away; the gateway comes later.
  let sockets: SocketGateway | undefined
  const recheck = (concerns: (principal: Principal) => boolean): void => void sockets?.recheck(concerns)
  const access = await openAccess({ config, store, audit, key, log, recheck }, owned)
  const setUp = new SetUpLink((await access.accounts.list()).length === 0)

  let ready = false
  const { behindProxy } = config
  const guard = new RequestGuard({ origins: config.origins, isTls: config.tls !== null || behindProxy })
  const http = await createHttp({ config, guard, log, readiness: () => ({ ready, store: store.trouble() }) })

  const manager = new PluginManager(config.vmId, {
    dataDir: config.dataDir,
    pluginPaths: [bundledPluginsDir(), ...config.pluginPaths],
    logger: { log: (level, message, fields) => log[level](fields ?? {}, message) },
  })
  // Who stops us while we start does not wait for plugins that hang.
  stop?.addEventListener('abort', () => void manager.close())
  const hub = new TopicHub()
  const sampler = new Sampler(manager, (sample) => {
    records.takeSample(sample)
    topics.takeSample(sample)
  })
  const records = await Records.open({
    store,
    manager,
    sampler,
    log,
    onIncident: (incident) => topics.takeIncident(incident),
    onLine: (line) => topics.takeLine(line),
  })
  owned.defer(() => records.close())
  const { timeline, incidents, logs, letters, states } = records
  const topics = new LiveTopics({
    manager,
    sampler,
    history: states,
    hub,
    readTrouble: () => describeTrouble(store),
    incidents: [...(await store.incidents.list({ limit: MAX_INCIDENTS_SHOWN })), ...(await store.incidents.open())],
  })
  const failures = new PluginFailures((event) => void manager.context.eventBus.publish(event, { source: 'plugboard' }))
  const profiles = new ProfileShelf(manager, config.dataDir)
  await profiles.sweep()
  const forget = (id: string): void => {
    sampler.forget(id)
    profiles.forget(id).catch((thrown: unknown) => {
      log.warn({ err: thrown, plugin: id }, 'the recordings of a plugin that was unloaded could not be removed')
    })
  }
  manager.onDidChange((fact) => {
    if (!records.takeFact(fact)) return
    logFact(log, fact)
    failures.takeFact(fact)
    if (fact.type === 'unloaded') forget(fact.id)
    topics.takeFact(fact)
  })

  const desired = new DesiredState({ store, manager, log })
  owned.defer(() => desired.close())
  const configs = new ConfigLedger({ store, manager, box: new SecretBox(key), timeline, log })
  owned.defer(() => configs.close())
  const history = records.metrics
  const runner = new OperationRunner(
    {
      manager,
      dataDir: config.dataDir,
      store,
      desired,
      configs,
      letters,
      access,
      history,
      incidents,
      timeline,
      logs,
      profiles,
      sampler,
    },
    { audit, log },
  )
  registerSignIn(http, { access, setUp, audit, behindProxy })
  const keys = new IdempotencyKeys(store, key)
  const metrics = createMetrics({ manager, store, countSockets: () => sockets?.count ?? 0 })
  registerRest(http, { guard, access, runner, keys, metrics, profiles, behindProxy })
  const gateway = new SocketGateway({
    http: http.server,
    guard,
    access,
    behindProxy,
    hub,
    runner,
    log,
    snapshotOf: (topic) => topics.snapshotOf(topic),
  })
  sockets = gateway
  // In the end nobody is asked any more, plugins stop, what is under way is finished (its caller may be gone), and then all is written down.
  owned.defer(() => runner.idle())
  owned.defer(() => manager.close())
  owned.defer(() => topics.stop())
  const machine = new HostMachine({
    vmId: config.vmId,
    publish: (event) => void manager.context.eventBus.publish(event, { source: 'host-machine' }),
  })
  owned.defer(() => machine.stop())
  owned.defer(() => sampler.stop())
  owned.defer(() => http.close())
  owned.defer(() => gateway.close())
  owned.defer(() => runner.stop())

  await restorePlugins({ manager, desired, configs, letters, timeline }, log)
  incidents.closeGone()
  await http.listen({ host: config.host, port: config.port })
  sampler.start()
  if (config.safe) log.warn('safe mode: no plugin is started')
  else await startWanted({ manager, desired, configs, bundled: config.bundled }, log)
  machine.start()
  ready = !config.safe

  const running = owned.move()
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= running.disposeAsync())
  return {
    manager,
    url: urlOf(config, http.server.address() as AddressInfo),
    setUp,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function urlOf({ host, tls, origins }: ServerConfig, { port }: AddressInfo): string {
  const isAny = host === '0.0.0.0' || host === '::'
  if (isAny && origins[0] !== undefined) return origins[0]
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function describeTrouble(store: Store): WireError | null {
  const trouble = store.trouble()
  return trouble && toWire(new StoreError(trouble))
}

/** Plugins' words at their own level; the runtime's facts at debug, errors aside. */
function logFact(log: Logger, fact: PluginFact): void {
  if (fact.type === 'log')
    log[fact.level]({ plugin: fact.id, origin: fact.origin, ...(fact.fields && { fields: fact.fields }) }, fact.message)
  else if (fact.type === 'state' && fact.to === 'error')
    log.warn({ plugin: fact.id, error: fact.error }, 'a plugin is in error')
  else if (fact.type !== 'dead-letter' && fact.type !== 'dead-letter-gone') log.debug({ ...fact }, 'plugin fact')
}
