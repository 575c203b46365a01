'use client'

import { useEffect, useState } from 'react'

const SETTLED_MS = 250

/** A typed text, after a short pause in typing: what is sent to the server. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
