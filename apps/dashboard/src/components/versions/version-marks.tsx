import type { VersionView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { useText } from '@/messages/use-text'

const LOOKS = {
  current: 'bg-good-soft text-good',
  next: 'bg-sunken text-muted',
  standby: 'bg-accent-soft text-accent',
  comesBack: 'bg-accent-soft text-accent',
  pinned: 'bg-sunken text-ink',
  banned: 'bg-bad-soft text-bad',
} as const

/** What is to be known of a version at a glance. */
export function VersionMarks({
  version: { current, standby, pinned, banned },
  isRunning,
  isAlive,
}: {
  readonly version: VersionView
  readonly isRunning: boolean
  /** The one that stands by is still there, and need not be started. */
  readonly isAlive: boolean
}): ReactNode {
  const text = useText()
  const marks: (keyof typeof LOOKS)[] = []
  if (current) marks.push(isRunning ? 'current' : 'next')
  if (standby) marks.push(isAlive ? 'standby' : 'comesBack')
  if (pinned) marks.push('pinned')
  if (banned) marks.push('banned')
  return marks.map((mark) => (
    <span
      key={mark}
      className={classes(
        'inline-flex h-5 items-center rounded px-1.5 text-xs font-medium whitespace-nowrap',
        LOOKS[mark],
      )}
    >
      {text(`versions.${mark}`)}
    </span>
  ))
}
