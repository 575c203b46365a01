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
  /** Imports what it takes when it runs: the others need not wait for that. @returns the exit code; undefined where it goes on running */
  readonly run: (given: Given) => Promise<number | undefined>
}

/** What was given makes no sense. Its message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
