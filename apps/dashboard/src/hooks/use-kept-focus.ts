'use client'

import { useEffect } from 'react'

/** A dialog that closes gives the focus back by itself. */
const SETTLE_MS = 50

/**
 * Where what has the focus goes away or is switched off, the focus goes to the nearest place around it that is still there.
 * Otherwise the next Tab would begin at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** From what had the focus last outward, dialogs left out. */
    let path: readonly HTMLElement[] = []
    let href = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement) || target.closest('[data-modal]')) return
      path = ancestorsOf(target)
      href = window.location.href
    }
    const isLost = (): boolean => {
      const [last] = path
      if (!last || document.activeElement !== document.body) return false
      return !last.isConnected || last.matches(':disabled')
    }
    const keep = (): void => {
      // A page that was opened meanwhile says itself where it begins.
      if (!isLost() || href !== window.location.href || document.querySelector('[data-modal]')) return
      const place = path.find((one, index) => index > 0 && one.isConnected && one.matches(PLACES))
      const target = place ?? document.querySelector<HTMLElement>('main')
      if (!target) return
      if (!target.hasAttribute('tabindex')) target.tabIndex = -1
      target.focus({ preventScroll: true })
    }
    const look = (): void => {
      if (!isLost()) return
      clearTimeout(timer)
      timer = setTimeout(keep, SETTLE_MS)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })
    document.addEventListener('focusin', remember)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('focusin', remember)
    }
  }, [])
}

/** What a reader knows as a place of its own. */
const PLACES = 'li, section, [role="group"], [role="toolbar"], main'

function ancestorsOf(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = []
  for (let at: HTMLElement | null = element; at; at = at.parentElement) found.push(at)
  return found
}
