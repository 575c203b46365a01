import type { ReactNode } from 'react'

export function Logo(): ReactNode {
  return (
    <svg viewBox="0 0 32 32" className="size-6" aria-hidden>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M11 7v6M21 7v6M8 13h16v3a8 8 0 0 1-16 0zM16 24v4"
        fill="none"
        className="stroke-on-accent"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
