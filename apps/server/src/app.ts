import helmet from '@fastify/helmet'
import { PluginManager, type LoadOptions, type PluginFact } from '@plugboard/core'
import type { TopicName } from '@plugboard/protocol'
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
import { AuditTrail } from './audit/audit-trail.ts'
import { bundledPluginsDir, loadNewBundledPlugins } from './bundled.ts'
import type { ServerConfig } from './config.ts'
import { restorePlugins } from './desired/boot.ts'
import { ConfigLedger } from './desired/config-ledger.ts'
import { DeadLetterKeeper } from './desired/dead-letter-keeper.ts'
import { DesiredState } from './desired/desired-state.ts'
import { LiveBoard } from './gateway/live-board.ts'
import { LiveOverview } from './gateway/live-overview.ts'
import { LivePlugins } from './gateway/live-plugins.ts'
import { RequestGuard } from './gateway/request-guard.ts'
import { SocketGateway } from './gateway/socket-gateway.ts'
import { TopicHub } from './gateway/topic-hub.ts'
import { guardPages, refuseRequest, registerRest } from './http/rest.ts'
import { registerSite } from './http/site.ts'
import type { Caller } from './operations/caller.ts'
import { OperationRunner } from './operations/operation-runner.ts'
import { loadKept } from './operations/plugins.ts'
import { HostMachine } from './sources/host-machine.ts'
import { PluginFailures } from './sources/plugin-failures.ts'
import { lockFolder } from './store/folder-lock.ts'
import { SecretBox, secretKey } from './store/secret-box.ts'
import { openStore } from './store/store.ts'
import { History } from './telemetry/history.ts'
import { Sampler } from './telemetry/sampler.ts'

export interface App extends AsyncDisposable {
  readonly manager: PluginManager
  /** Without a trailing slash. */
  readonly url: string
  close(): Promise<void>
}

const MAX_BODY_BYTES = 1_024 * 1_024

/**
 * Wires everything, brings the plugins to what is wanted of them, listens; owns all of it until `close`.
 * @throws FolderError, StoreError, SecretKeyError, or the listen error, such as EADDRINUSE: before any plugin is started
 */
export async function createApp(config: ServerConfig, log: Logger): Promise<App> {
  // From here on the data folder is ours: who else runs on it would end our guests.
  await using setUp = new AsyncDisposableStack()
  setUp.use(lockFolder(config.dataDir))
  const box = new SecretBox(secretKey(config.dataDir, config.secretKey))
  const store = setUp.use(await openStore(config.dataDir))
  const audit = new AuditTrail(store, log)
  setUp.defer(() => audit.close())

  const logger: FastifyBaseLogger = log
  const http = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void refuseRequest(error, request, reply),
  })
  setUp.defer(() => http.close())
  const guard = new RequestGuard(config)
  let ready = false

  await http.register(helmet, { contentSecurityPolicy: false, strictTransportSecurity: false })
  guardPages(http, guard)
  http.get('/healthz', async () => ({ status: 'ok' }))
  http.get('/readyz', async (_request, reply) => reply.code(ready ? 200 : 503).send({ ready }))
  if (config.siteDir) registerSite(http, config.siteDir)

  const manager = new PluginManager(config.vmId, {
    dataDir: config.dataDir,
    pluginPaths: [bundledPluginsDir(), ...config.pluginPaths],
    logger: { log: (level, message, fields) => log[level](fields ?? {}, message) },
  })
  const desired = new DesiredState({ store, manager, log })
  const configs = new ConfigLedger({ store, manager, box })
  const letters = new DeadLetterKeeper(store, log)
  setUp.defer(() => letters.close())
  setUp.defer(() => desired.close())

  const hub = new TopicHub()
  const history = new History(manager)
  const sampler = new Sampler(manager, (sample) => {
    board.flush()
    overview.takeSample(sample)
    plugins.takeSample(sample)
  })
  const board = new LiveBoard(manager, sampler, hub)
  const overview = new LiveOverview(sampler, history, hub)
  const plugins = new LivePlugins(manager, { sampler, history, hub })
  const failures = new PluginFailures((event) => void manager.context.eventBus.publish(event, { source: 'plugboard' }))
  manager.onDidChange((fact) => {
    logFact(log, fact)
    letters.takeFact(fact)
    failures.takeFact(fact)
    if (fact.type === 'unloaded') sampler.forget(fact.id)
    overview.takeFact(fact)
    plugins.takeFact(fact)
    if (fact.type !== 'log') board.flushSoon()
  })

  const runner = new OperationRunner({ manager, sampler, store, desired, configs, letters }, { audit, log })
  registerRest(http, { guard, runner })
  const sockets = new SocketGateway({
    http: http.server,
    guard,
    hub,
    runner,
    log,
    snapshotOf: (topic) => snapshotOf(topic, { board, overview, plugins }),
  })
  setUp.defer(() => sockets.close())
  setUp.defer(() => plugins.stop())
  setUp.defer(() => manager.close())
  setUp.defer(() => board.stop())
  const machine = new HostMachine({
    vmId: config.vmId,
    publish: (event) => void manager.context.eventBus.publish(event, { source: 'host-machine' }),
  })
  setUp.defer(() => machine.stop())
  setUp.defer(() => sampler.stop())

  await restorePlugins({ manager, desired, configs, letters })
  await http.listen({ host: config.host, port: config.port })
  sampler.start()
  if (config.safe) log.warn('safe mode: no plugin is started')
  else {
    await manager.startEnabledPlugins()
    const caller: Caller = { actor: 'plugboard', role: 'admin', via: 'server', address: '' }
    const load = (path: string, options: LoadOptions): Promise<string> =>
      loadKept(path, options, { manager, desired, configs, caller })
    await loadNewBundledPlugins({ isKnown: (id) => desired.isKnown(id), load }, log)
  }
  machine.start()
  ready = true

  const owned = setUp.move()
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= owned.disposeAsync())
  const { port } = http.server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return { manager, url: `http://${host}:${port}`, close, [Symbol.asyncDispose]: close }
}

function snapshotOf(
  topic: TopicName,
  { board, overview, plugins }: { board: LiveBoard; overview: LiveOverview; plugins: LivePlugins },
): (() => unknown) | undefined {
  if (topic === 'board') return () => board.snapshot()
  if (topic === 'overview') return () => overview.snapshot()
  if (!topic.startsWith('plugin:')) return undefined
  const detail = plugins.snapshot(topic.slice('plugin:'.length))
  return detail && (() => detail)
}

/** Plugins' words at their own level; the runtime's facts at debug, errors aside. */
function logFact(log: Logger, fact: PluginFact): void {
  if (fact.type === 'log')
    log[fact.level]({ plugin: fact.id, origin: fact.origin, ...(fact.fields && { fields: fact.fields }) }, fact.message)
  else if (fact.type === 'state' && fact.to === 'error')
    log.warn({ plugin: fact.id, error: fact.error }, 'a plugin is in error')
  else if (fact.type !== 'dead-letter' && fact.type !== 'dead-letter-gone') log.debug({ ...fact }, 'plugin fact')
}
