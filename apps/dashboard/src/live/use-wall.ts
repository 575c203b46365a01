'use client'

import { useSyncExternalStore } from 'react'

/** Whether the page is shown on a wall: `?wall`. What it says there is read from far away, and nothing is pressed. */
export function useWall(): boolean {
  return useSyncExternalStore(subscribe, isWall, () => false)
}

/** The token of a wall's address, for reading only. It stands in the fragment, which no server and no log gets to see. */
export function wallToken(): string | null {
  return isWall() ? new URLSearchParams(window.location.hash.slice(1)).get('token') : null
}

function isWall(): boolean {
  return new URLSearchParams(window.location.search).has('wall')
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener)
  return () => window.removeEventListener('popstate', listener)
}
