import { useLayoutEffect, useState, type RefObject } from 'react'

/** Of a desk, for the exported page. */
const FIRST_PX = 1_160

/** How wide an element is, in px. */
export function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(FIRST_PX)
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    setWidth(element.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
  return width
}
