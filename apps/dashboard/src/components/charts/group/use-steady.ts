'use client'

import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react'
import type { FrameQueue } from './frame-queue'

/** What is near the screen is drawn already when it is scrolled to. */
const MARGIN = '200px'

/** The value to draw. It is updated only while its element is visible, and one user of the queue per frame. */
export function useSteady<T>(value: T | null, place: RefObject<HTMLElement | null>, queue: FrameQueue): T | null {
  const [steady, setSteady] = useState(value)
  const visible = useOnScreen(place)
  const shown = useShownTab()
  // The first one, and one after nothing, is there at once.
  if ((value === null) !== (steady === null)) setSteady(value)
  useEffect(() => {
    if (value === null || !visible || !shown) return
    return queue.add(() => setSteady(value))
  }, [value, visible, shown, queue])
  return steady
}

function useShownTab(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      document.addEventListener('visibilitychange', onChange)
      return () => document.removeEventListener('visibilitychange', onChange)
    },
    () => !document.hidden,
    () => true,
  )
}

function useOnScreen(place: RefObject<HTMLElement | null>): boolean {
  const [visible, setVisible] = useState(true)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? true), {
      rootMargin: MARGIN,
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return visible
}
