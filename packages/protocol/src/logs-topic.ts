import { MAX_LOG_ENTRIES, type LogEntry } from './plugin-topic.ts'

/** A log entry of any plugin. */
export interface LogLine extends LogEntry {
  /** The host that the plugin is on. */
  readonly node: string
  readonly id: string
}

/** The tail of all logs; newest last. */
export interface LogTail {
  readonly lines: readonly LogLine[]
  /** How many came faster than a board can show, since the tail began. */
  readonly skipped: number
}

export interface LogTailDelta {
  readonly lines: readonly LogLine[]
  readonly skipped: number
}

export function mergeLogTail(tail: LogTail, { lines, skipped }: LogTailDelta): LogTail {
  return { lines: [...tail.lines, ...lines].slice(-MAX_LOG_ENTRIES), skipped: tail.skipped + skipped }
}
