export type {
  Dispose,
  LogLevel,
  PluginContext,
  PluginEventBus,
  PluginLogger,
  PluginMessage,
  PluginMessages,
  PluginDeadLetters,
  PluginHealthReport,
  SharedChange,
  SharedData,
  SharedEntry,
} from './context.ts'
export { isEvent, isReservedType, RESERVED_PREFIXES } from './event.ts'
export type { DataOf, EventInput, EventOrigin, EventTypes, Jsonable, PluginEvent, Publishable } from './event.ts'
export type { JsonObject, JsonValue } from './json.ts'
export { PLUGIN_TYPES } from './metadata.ts'
export type { Isolation, Permission, PluginLimits, PluginMetadata, PluginType } from './metadata.ts'
export { definePlugin } from './plugin.ts'
export type { MigrateConfig, Plugin, PluginDefinition, StateOrigin } from './plugin.ts'
export { compileTopicPattern, compileTopicPatterns, isTopicPattern } from './topic-pattern.ts'
export type { TopicMatcher } from './topic-pattern.ts'
