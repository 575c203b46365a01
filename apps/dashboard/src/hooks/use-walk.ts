'use client'

import type { RefObject } from 'react'
import { useKeys } from './use-keys'

const STOPS = 'summary, [data-walk]'

/**
 * `j` and `k` take the focus down and up a list, from one entry to the next; ⏎ does what an entry does.
 * @param onWalk before each step
 */
export function useWalk(list: RefObject<HTMLElement | null>, onWalk: () => void = () => {}): void {
  const move = (by: number): void => {
    onWalk()
    const stops = [...(list.current?.querySelectorAll<HTMLElement>(STOPS) ?? [])]
    const at = stops.indexOf(document.activeElement as HTMLElement)
    stops[Math.min(stops.length - 1, Math.max(0, at + by))]?.focus()
  }
  useKeys({ j: () => move(1), k: () => move(-1) })
}
