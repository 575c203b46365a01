import type { ParseArgsConfig } from 'node:util'

interface Given {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
}

/** One command of the command line. */
export interface Command {
  /** What follows its name, for the help. */
  readonly usage: string
  readonly summary: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** What `--help` prints beyond the usage. @throws UsageError */
  readonly explain?: (args: readonly string[]) => Promise<void>
  /**
   * Imports its modules when it runs, so that other commands start faster. @returns the exit code; undefined if the
   * process keeps running
   */
  readonly run: (given: Given) => Promise<number | undefined>
}

/** What was given makes no sense. Its message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
