export type { AccountView, ApiTokenView, AuditView, CallerView, InviteView, SessionView } from './access-view.ts'
export { BOARD_COLUMNS, decodeBoard, diffBus, diffRows, encodeRow, mergeBoard, reasonOf } from './board.ts'
export type {
  Board,
  BoardColumn,
  BoardDelta,
  BoardRow,
  BoardSnapshot,
  Handle,
  LogOutputView,
  LogTrouble,
} from './board.ts'
export { MAX_EVENTS_SHOWN, mergeEventTail } from './events-topic.ts'
export type { EventLine, EventTail } from './events-topic.ts'
export { MAX_INCIDENTS_SHOWN, mergeIncidents } from './incidents-topic.ts'
export type { IncidentList, IncidentsDelta } from './incidents-topic.ts'
export type { JsonObject, JsonValue } from './json.ts'
export type { DeadLetterView, LetterGroupsView, LetterGroupView, ReplayView, RunningReplayView } from './letter-view.ts'
export { mergeLogTail } from './logs-topic.ts'
export type { LogLine, LogTail, LogTailDelta } from './logs-topic.ts'
export type { Operations } from './operations/index.ts'
export {
  eventsLost,
  LOSS_CAUSES,
  lossName,
  mergeOverview,
  OTHERS,
  OVERVIEW_PLUGINS,
  OVERVIEW_TOPICS,
  parseLossName,
} from './overview.ts'
export type { LossCause, Overview, OverviewDelta } from './overview.ts'
export { MAX_DEAD_LETTERS_SHOWN, MAX_LOG_ENTRIES, mergePlugin } from './plugin-topic.ts'
export type { LogEntry, PluginDelta, PluginDetail } from './plugin-topic.ts'
export type { IncidentView, LogLevel, LogLevelView, SilenceView, TimelineView } from './record-view.ts'
export { appendPoint, LIVE_SECONDS, LOSS_METRICS, MANAGER_METRICS, own, PLUGIN_METRICS } from './series.ts'
export type { LossMetric, ManagerMetric, PluginMetric, Point, Series } from './series.ts'
export { appendState, MAX_STATE_CHANGES } from './state-history.ts'
export type { StateChange, StateHistory } from './state-history.ts'
export { kindOf, MAX_SOCKET_BYTES, pluginTopic, PROTOCOL_VERSION, TOPIC_CODECS } from './topic.ts'
export type {
  ClientToServerEvents,
  DeltaMessage,
  KindOf,
  Position,
  ServerToClientEvents,
  SnapshotMessage,
  TopicKind,
  TopicName,
  Topics,
  UnchangedMessage,
} from './topic.ts'
export type { TraceArming, TraceDelivery, TracePart, TraceSummary, TraceView } from './trace-view.ts'
export type {
  AvailableView,
  BusStatsView,
  ConfigRevisionView,
  ConfigView,
  DependencyView,
  DisabledTogether,
  ErrorBrief,
  HealthReason,
  HealthView,
  LastErrorView,
  ManagerStatsView,
  Permission,
  PermissionsView,
  PlanView,
  PluginState,
  PluginView,
  ProfileView,
  BulkPlanView,
  BulkResult,
  RestartPolicy,
  SourceView,
  StatsView,
  Thrown,
  UpdateView,
} from './view.ts'
export { isSecretRef } from './secret-ref.ts'
export type { SecretRef } from './secret-ref.ts'
export { ERROR_STATUS } from './wire-error.ts'
export type { Problem, Reply, WireError } from './wire-error.ts'
export type { ComparisonView, InstallView, UpdatePlanView, VersionView } from './version-view.ts'
