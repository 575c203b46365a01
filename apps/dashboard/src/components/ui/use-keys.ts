'use client'

import { useEffect, useEffectEvent } from 'react'

/** What a key does, by the name that the browser gives it; `mod+k` is with Ctrl or ⌘. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Keys of the whole page: not while somebody types, nor over an open dialog, those with Ctrl or ⌘ aside. */
export function useKeys(keys: KeyMap): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const withMod = event.ctrlKey || event.metaKey
    if (event.defaultPrevented || event.altKey || (!withMod && isTyping(event.target))) return
    const act = keys[withMod ? `mod+${event.key.toLowerCase()}` : event.key]
    if (!act) return
    event.preventDefault()
    act(event)
  })
  useEffect(() => {
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]')) return true
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role="tab"]') !== null
  )
}
