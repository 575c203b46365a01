'use client'

import { useEffect, useState } from 'react'

const SETTLED_MS = 250

/** A text that is typed, once nobody has typed for a moment: what the server is asked for. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
