import type { ReactNode } from 'react'
import { classes } from './class-names'

const PATHS = {
  overview: 'M2.5 9.5 5.5 6l3 2.5 5-5.5M2.5 13.5h11',
  plugins: 'M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z',
  explore: 'M2.5 13.5h11M2.5 2.5v11M5 11l2.5-4 2.5 2 3.5-5.5',
  logs: 'M2.5 3.5h11M2.5 6.5h8M2.5 9.5h11M2.5 12.5h6',
  letters: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  events: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  dependencies: 'M3.5 1.5h3v3h-3zM9.5 6.5h3v3h-3zM3.5 11.5h3v3h-3zM5 4.5v7M5 8h4.5',
  permissions: 'M8 1.5 13 3.5v4c0 3.5-2 5.5-5 7-3-1.5-5-3.5-5-7v-4zM6 8l1.5 1.5L10.5 6.5',
  activity: 'M8 4.5V8l2.5 1.5M2.5 8a5.5 5.5 0 1 0 1.6-3.9M2.5 2v2.5H5',
  audit: 'M3.5 1.5h9v13h-9zM6 5h4M6 8h4M6 11h2.5',
  settings: 'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.5v4M6 9.5v4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5l3 3',
  door: 'M9.5 2.5h-5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h5M7 8h6.5M11 5.5 13.5 8 11 10.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  cross: 'm4 4 8 8M12 4l-8 8',
  play: 'M5 3v10l8-5z',
  pause: 'M5 3v10M11 3v10',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  columns: 'M2.5 2.5h11v11h-11zM6 2.5v11M10 2.5v11',
} as const

export type IconName = keyof typeof PATHS

export const ICON_NAMES = Object.keys(PATHS) as IconName[]

/** A sign beside a word, never instead of one. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }): ReactNode {
  return (
    <svg
      viewBox="0 0 16 16"
      className={classes('size-4 shrink-0', className)}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
