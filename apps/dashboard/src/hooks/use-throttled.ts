'use client'

import { useEffect, useRef, useState } from 'react'

/** A value that changes often, as it is at most so often: at once after a quiet time, and never later than that. */
export function useThrottled<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value)
  const changedAt = useRef(0)
  useEffect(() => {
    const show = (): void => {
      changedAt.current = performance.now()
      setShown(value)
    }
    const waitMs = changedAt.current + everyMs - performance.now()
    const timer = setTimeout(show, Math.max(0, waitMs))
    return () => clearTimeout(timer)
  }, [value, everyMs])
  return shown
}
