import type { LogLevel } from '@plugboard/protocol'

/** From the most talkative to the most urgent. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Whether an entry of this level is kept, or shown, from the other one on. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least)
}
