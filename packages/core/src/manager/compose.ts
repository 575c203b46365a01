import { clock } from '../util/clock.ts'
import { ByteBudget } from '../accounting/byte-budget.ts'
import { ConfigValidator } from '../config/config-validator.ts'
import { EventBus } from '../events/bus.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'
import { GuestRequests } from './guest-requests.ts'
import type { HostLogger, Settings } from './options.ts'
import { Messenger } from './messenger.ts'
import type { FactBody } from '../plugin/fact.ts'
import type { PluginHost } from '../plugin/plugin-host.ts'
import { PluginLifecycle } from '../lifecycle/plugin-lifecycle.ts'
import { PluginLoader } from '../lifecycle/plugin-loader.ts'
import { PluginUpdates } from '../lifecycle/plugin-updates.ts'
import { PluginRegistry } from '../plugin/registry.ts'
import { GuestLedger } from '../runner/guest-ledger.ts'
import { prepareRunner } from '../runner/prepare-runner.ts'
import { SharedDataStore } from './shared-data.ts'
import { CrashReporter } from '../supervision/crash-reporter.ts'
import { Supervisor } from '../supervision/supervisor.ts'
import { TraceBook } from '../tracing/trace-book.ts'

/** What the host and its plugins share. */
export interface ManagerContext {
  /** This host, in facts and in the origin of events. */
  readonly node: string
  readonly vmInstanceId: string
  readonly eventBus: EventBus
  /** What became of some of the events. */
  readonly traces: TraceBook
  readonly sharedData: SharedDataStore
  readonly logger: HostLogger
}

export interface ManagerParts {
  readonly context: ManagerContext
  readonly registry: PluginRegistry
  readonly loader: PluginLoader
  readonly lifecycle: PluginLifecycle
  readonly updates: PluginUpdates
  readonly supervisor: Supervisor
  readonly messenger: Messenger
  readonly validator: ConfigValidator
  readonly ledger: GuestLedger
}

/** Wires what a manager is made of: the one place in the core that knows all of it. */
export function composeParts(
  vmInstanceId: string,
  settings: Settings,
  { announce, isClosing }: { readonly announce: (fact: FactBody) => void; readonly isClosing: () => boolean },
): ManagerParts {
  const { logger, dataDir } = settings
  const complain = (what: string) => (thrown: unknown) =>
    logger.log('warn', `${what}: ${describeThrown(thrown).message}`)
  const registry = new PluginRegistry()
  const validator = new ConfigValidator()
  const ledger = new GuestLedger(dataDir, complain('the notes on guests cannot be kept'))

  const traces = new TraceBook((ids, value) => registry.redact(ids, value))
  const eventBus = new EventBus({
    node: settings.node,
    traces,
    receivers: () => registry.receiving(),
    absent: () => registry.absent(),
    onListenerThrew: complain('a listener of the event bus threw'),
  })
  const sharedData = new SharedDataStore({
    totalBytes: settings.totalSharedDataBytes,
    onChange: (change) => {
      for (const plugin of registry.all()) plugin.tellShared(change)
    },
  })
  const messenger = new Messenger(registry, {
    totalBytes: settings.totalMessageBytes,
    report: (id, message) =>
      announce({ type: 'log', id, at: clock.epoch(), level: 'warn', message, fields: undefined, origin: 'runtime' }),
  })
  const requests = new GuestRequests({ bus: eventBus, traces, sharedData, messenger })
  const supervisor = new Supervisor({
    healthyMs: settings.recoveredMs,
    restartsPerMinute: settings.restartsPerMinute,
    now: () => clock.now(),
    epoch: () => clock.epoch(),
    random: Math.random,
    nodes: () => registry.nodes(),
    restart: (id, kind) => lifecycle.restartAutomatically(id, kind),
    onPostponed: (id, restartAt) => registry.find(id)?.status.postpone(restartAt),
  })
  const { errorLimit, quietMs } = settings
  const host: PluginHost = {
    node: settings.node,
    vmInstanceId,
    errorLimit,
    quietMs,
    settings,
    budgets: {
      mailboxes: new ByteBudget(settings.totalMailboxBytes, () => registry.all().map(({ events }) => events.mailbox)),
      deadLetters: new ByteBudget(settings.totalDeadLetterBytes, () =>
        registry.all().map(({ events }) => events.letters),
      ),
    },
    validator,
    versions: settings.catalog,
    secrets: registry.secrets,
    prepareRunner: (spec) => prepareRunner(spec, ledger),
    reporter: new CrashReporter(dataDir, complain('the profile of a hang cannot be stored')),
    publish: (instance, publication) => requests.publish(instance, publication),
    answer: (instance, method, args) => requests.answer(instance, method, args),
    traces,
    announce,
    reserveEventIds: () => eventBus.reserveIds(),
    receptionChanged: () => eventBus.invalidateRoutes(),
    failed: (plugin, error) => supervisor.failed(plugin, error),
    checkDependencies: (metadata) => registry.checkDependencies(metadata),
    isClosing,
  }
  const { pluginPaths, inlinePlugins } = settings
  const loader = new PluginLoader({ host, registry, pluginPaths, inlinePlugins })
  const updates = new PluginUpdates({ registry, versions: settings.catalog })
  const lifecycle = new PluginLifecycle({ registry, loader, supervisor, updates, announce })
  const context = { node: settings.node, vmInstanceId, eventBus, traces, sharedData, logger }
  return { context, registry, loader, lifecycle, updates, supervisor, messenger, validator, ledger }
}
