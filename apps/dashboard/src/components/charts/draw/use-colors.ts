import { useMemo, useState } from 'react'
import { colorsOf } from './palette'

/** The colours of these names; each keeps the one that it has had. */
export function useColors(names: readonly string[]): ReadonlyMap<string, number> {
  const [kept, setKept] = useState<ReadonlyMap<string, number>>(new Map())
  const colors = useMemo(() => colorsOf(names, kept), [names, kept])
  if (![...colors].every(([name, color]) => kept.get(name) === color)) setKept(new Map([...kept, ...colors]))
  return colors
}
