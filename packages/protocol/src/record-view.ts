import { z } from 'zod'
import { jsonObject } from './json.ts'
import { count, epochMs } from './number.ts'
import { errorBrief, pluginState } from './view.ts'

/** A time in which a plugin was not as it should be, from its first failure to its recovery. */
export const incidentView = z.object({
  id: count,
  /** The host that the plugin is on. */
  node: z.string(),
  pluginId: z.string(),
  /** Its last failure; of before protocol 3 the code and the message alone are known. */
  error: errorBrief,
  openedAt: epochMs,
  lastAt: epochMs,
  /** Null: it is not over. */
  closedAt: epochMs.nullable(),
  /** Failures within it. */
  occurrences: count,
  /** The incident that took it down: that one is the cause. */
  rootId: count.nullable(),
  /** Plugins that need it and were running. */
  affected: z.array(z.string()),
  evidence: jsonObject.nullable(),
})

/** From when on a plugin was in a state, and why, when it was an error. */
export const stateChange = z.object({ at: epochMs, state: pluginState, error: errorBrief.nullable() })

/** One thing that happened, and why. */
export const timelineView = z.object({
  id: count,
  /** The host that it happened on. */
  node: z.string(),
  at: epochMs,
  /** Null: it is about the server. */
  pluginId: z.string().nullable(),
  kind: z.enum(['state', 'failure', 'config', 'grants', 'restart-policy', 'version', 'operation', 'server']),
  /** What happened, in one word; null: it was written down before there were such words. */
  code: z.string().nullable(),
  severity: z.enum(['info', 'warning', 'bad']),
  title: z.string(),
  actor: z.string().nullable(),
  incidentId: count.nullable(),
  detail: jsonObject.nullable(),
})

/** Somebody knows of a plugin's trouble: until then nobody is notified of it. */
export const silenceView = z.object({
  id: z.string(),
  at: epochMs,
  until: epochMs,
  by: z.string(),
  /** Why, in the words of whoever silenced it; may be empty. */
  note: z.string(),
  /** Notifications that were not sent because of it, since the server started. */
  heldBack: count,
})

export const logLevel = z.enum(['debug', 'info', 'warn', 'error'])

export const logLineView = z.object({
  seq: count,
  /** The host that the plugin is on. */
  node: z.string(),
  id: z.string(),
  at: epochMs,
  level: logLevel,
  origin: z.enum(['plugin', 'stdout', 'stderr', 'runtime']),
  message: z.string(),
  fields: jsonObject.optional(),
})

/** What is kept of a plugin's log: entries of this level and above. */
export const logLevelView = z.object({
  id: z.string(),
  level: logLevel,
  /** The level that replaces this one automatically, and when; null: this level stays. */
  fallBack: z.object({ to: logLevel, at: epochMs }).nullable(),
})

export type IncidentView = z.infer<typeof incidentView>
export type TimelineView = z.infer<typeof timelineView>
export type SilenceView = z.infer<typeof silenceView>
export type LogLevel = z.infer<typeof logLevel>
export type LogLevelView = z.infer<typeof logLevelView>
