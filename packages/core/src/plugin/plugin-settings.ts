import type { OverflowPolicy } from '../accounting/mailbox.ts'
import type { HookDeadlines } from '../instance/hook-deadlines.ts'
import type { RestartPolicy } from '../supervision/restart-policy.ts'

/** What the manager's options say of every plugin. */
export interface PluginSettings {
  readonly dataDir: string
  readonly deadlines: HookDeadlines
  readonly errorLimit: number
  readonly quietMs: number
  readonly mailboxCapacity: number
  readonly mailboxBytes: number
  readonly deadLetterBytes: number
  readonly overflow: OverflowPolicy
  readonly deadLetterCapacity: number
  readonly publishesPerSecond: number
  readonly restartPolicy: RestartPolicy
  readonly standbyFreeBytes: number
}
