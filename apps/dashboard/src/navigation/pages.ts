import type { Operations } from '@plugboard/protocol'
import type { IconName } from '@/components/ui/icon'

interface Page {
  readonly href: string
  readonly key:
    | 'overview'
    | 'plugins'
    | 'explore'
    | 'logs'
    | 'deadLetters'
    | 'events'
    | 'dependencies'
    | 'permissions'
    | 'activity'
    | 'audit'
    | 'settings'
  readonly icon: IconName
  /** On a phone it stands behind one more touch: not all pages have room. */
  readonly isSecond?: true
  /** Only for sessions that may use this operation. */
  readonly needs?: keyof Operations
}

/** What can be gone to, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  { href: '/', key: 'overview', icon: 'overview' },
  { href: '/plugins', key: 'plugins', icon: 'plugins' },
  { href: '/explore', key: 'explore', icon: 'explore' },
  { href: '/logs', key: 'logs', icon: 'logs' },
  { href: '/dead-letters', key: 'deadLetters', icon: 'letters', isSecond: true },
  { href: '/events', key: 'events', icon: 'events', isSecond: true },
  { href: '/dependencies', key: 'dependencies', icon: 'dependencies', isSecond: true },
  { href: '/permissions', key: 'permissions', icon: 'permissions', isSecond: true },
  { href: '/activity', key: 'activity', icon: 'activity' },
  { href: '/audit', key: 'audit', icon: 'audit', isSecond: true, needs: 'audit.list' },
  { href: '/settings', key: 'settings', icon: 'settings', isSecond: true },
]
