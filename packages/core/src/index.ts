export type { ConfigChange, ConfigView } from './config/plugin-config.ts'
export { isSecretRef, refsIn, reveal, SECRET_RULES } from './config/secret.ts'
export type { SecretRef, StoredConfig } from './config/secret.ts'
export { dependenciesOf, startOrder, unmetDependencies } from './catalog/dependency-graph.ts'
export type { GraphNode, UnmetDependency } from './catalog/dependency-graph.ts'
export type { Plan, Step, StepCode, StepDetails } from './lifecycle/plan.ts'
export type { Armings } from './tracing/armings.ts'
export type { TraceBook } from './tracing/trace-book.ts'
export type {
  DeliveryState,
  EventFate,
  EventOutline,
  Trace,
  TraceArming,
  TraceDelivery,
  TracePart,
  TraceReason,
  TraceRefusal,
  TraceSummary,
} from './tracing/trace.ts'
export type { BroadcastOutcome } from './events/broadcast.ts'
export type { DeadLetter } from './accounting/dead-letters.ts'
export type { EditedEvent, ReplayOptions, ReplayProgress } from './accounting/replay.ts'
export type { BusStats, EventBus, EventTap } from './events/bus.ts'
export type { CheckedEvent, HostEvent } from './events/event-check.ts'
export type { OverflowPolicy } from './accounting/mailbox.ts'
export { RateLimit } from './util/rate-limit.ts'
export type { HeapUsage } from './guest-protocol/message.ts'
export type { ThrownInfo } from './guest-protocol/thrown.ts'
export type { HookDeadlines } from './instance/hook-deadlines.ts'
export { defaultNodeName } from './manager/options.ts'
export type { HostLogger, PluginManagerOptions } from './manager/options.ts'
export type { LoadOptions, StoredPlugin } from './plugin/load-options.ts'
export type { ManagerStats } from './manager/manager-stats.ts'
export { missingPermissions } from './catalog/permission.ts'
export { clock } from './util/clock.ts'
export type { Clock } from './util/clock.ts'
export { ensureFolder } from './util/ensure-folder.ts'
export { briefOf } from './errors/error-brief.ts'
export type { ErrorBrief } from './errors/error-brief.ts'
export { isPluginError, PluginError } from './errors/plugin-error.ts'
export type { CodePlace, CrashCause, CrashReport } from './errors/crash.ts'
export type { ErrorCode, ErrorDetails, Violation } from './errors/plugin-error.ts'
export type { PluginFact } from './plugin/fact.ts'
export type { LastError } from './errors/plugin-failure.ts'
export type { HealthReason, PluginHealth, ReasonCode, ReasonDetails } from './plugin/health.ts'
export { UNHEALTHY_ERROR_RATE } from './plugin/health.ts'
export type { PluginSnapshot } from './plugin/snapshot.ts'
export type {
  PluginUpdate,
  StateOutcome,
  StoredUpdate,
  UpdateMetrics,
  UpdatePhase,
  UpdateStrategy,
  Verdict,
  VerdictMetric,
} from './plugin/update.ts'
export type { JointUpdate, UpdateOptions, UpdatePlan } from './lifecycle/plugin-updates.ts'
export type { UpdateStep } from './lifecycle/update-steps.ts'
export type { Gate, GateCode, GateDetails } from './lifecycle/update-gates.ts'
export { PluginManager } from './manager/plugin-manager.ts'
export type { ManagerSnapshot, PluginPlace } from './manager/plugin-manager.ts'
export { Listeners } from './util/listeners.ts'
export { cutText } from './util/cut-text.ts'
export type { AvailablePlugin } from './lifecycle/plugin-loader.ts'
export type { EnableOptions, EndOptions, ScanResult } from './lifecycle/plugin-lifecycle.ts'
export type { InstalledPlace, KnownPlugin, VersionSource } from './catalog/release.ts'
export type { ManagerContext } from './manager/compose.ts'
export type { Limits } from './catalog/limits.ts'
export { parseMetadata } from './catalog/metadata.ts'
export { Slots } from './lifecycle/slots.ts'
export type { PluginState } from './plugin/state.ts'
export { TRANSITIONS } from './plugin/state.ts'
export type { GuestMemory, Latency, PluginStats, RestartReason } from './accounting/plugin-stats.ts'
export type { SharedDataStore } from './manager/shared-data.ts'
export type { FailureKind, RestartPolicy } from './supervision/restart-policy.ts'
