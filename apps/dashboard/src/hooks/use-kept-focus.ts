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
    let page = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement) || target.closest('[data-modal]')) return
      path = ancestorsOf(target)
      page = pageOf(window.location)
    }
    // A pointer takes the focus away on purpose. What it gives the focus to is remembered after this.
    const forget = ({ target }: PointerEvent): void => {
      if (!(target instanceof Element) || !target.closest('[data-modal]')) path = []
    }
    const keep = (): void => {
      timer = undefined
      const [last] = path
      if (!last || document.activeElement !== document.body) return
      if (last.isConnected && !last.matches(':disabled')) return
      // A page that was opened meanwhile says itself where it begins.
      if (page !== pageOf(window.location) || document.querySelector('[data-modal]')) return
      const place = path.find((one, index) => index > 0 && one.isConnected && one.matches(PLACES))
      const target = place ?? document.querySelector<HTMLElement>('main')
      if (!target) return
      if (!target.hasAttribute('tabindex')) target.tabIndex = -1
      target.focus({ preventScroll: true })
    }
    // The browser itself takes the focus from what was switched off a little later.
    const look = (): void => {
      if (path.length > 0) timer ??= setTimeout(keep, SETTLE_MS)
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })
    document.addEventListener('focusin', remember)
    document.addEventListener('pointerdown', forget, { capture: true })
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('focusin', remember)
      document.removeEventListener('pointerdown', forget, { capture: true })
    }
  }, [])
}

/** Filters and the like stand in the address as well. */
function pageOf({ pathname, search }: Location): string {
  const query = new URLSearchParams(search)
  return [pathname, query.get('id'), query.get('tab')].join(' ')
}

/** What a reader knows as a place of its own. */
const PLACES = 'li, section, [role="group"], [role="toolbar"], main'

function ancestorsOf(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = []
  for (let at: HTMLElement | null = element; at; at = at.parentElement) found.push(at)
  return found
}
