'use client'

import { useEffect, useEffectEvent } from 'react'

/** What a key does, by the name that the browser gives it; `mod+k` is with Ctrl or ⌘. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Keys of the whole page. They are ignored while typing and in an open dialog, except those with Ctrl or ⌘. */
export function useKeys(keys: KeyMap): void {
  const onKey = useEffectEvent((event: KeyboardEvent, isOverlaid: boolean) => {
    const withMod = event.ctrlKey || event.metaKey
    if (event.defaultPrevented || event.altKey || (!withMod && (isOverlaid || isTyping(event)))) return
    if (event.key === 'Enter' && isPressable(event)) return
    const act = keys[withMod ? `mod+${latinKey(event)}` : event.key]
    if (!act) return
    event.preventDefault()
    act(event)
  })
  useEffect(() => {
    // A dialog may be gone by the time that the key which closed it arrives here.
    let isOverlaid = false
    const look = (): void => {
      // Toasts are dialogs too, but one can go on beside them.
      isOverlaid = document.querySelector('[data-modal]') !== null
    }
    const hear = (event: KeyboardEvent): void => onKey(event, isOverlaid)
    window.addEventListener('keydown', look, { capture: true })
    window.addEventListener('keydown', hear)
    return () => {
      window.removeEventListener('keydown', look, { capture: true })
      window.removeEventListener('keydown', hear)
    }
  }, [])
}

/** Where a keyboard writes another script, a key is told by its place on the keyboard. */
function latinKey({ key, code }: KeyboardEvent): string {
  return /^[\x20-\x7e]$/.test(key) || !code.startsWith('Key')
    ? key.toLowerCase()
    : code.slice('Key'.length).toLowerCase()
}

function isTyping(event: KeyboardEvent): boolean {
  // The editor is in a shadow root, so `event.target` would be its host element.
  const [target] = event.composedPath()
  const inner = target instanceof Element ? target : null
  return (
    inner?.closest(
      'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="tab"]',
    ) != null
  )
}

/** What has the focus does something of its own with ⏎. */
function isPressable({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('a, button, summary, [role="slider"]') !== null
}
