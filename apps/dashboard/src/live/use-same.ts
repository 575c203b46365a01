import { useState } from 'react'

/** The list of before while it says the same: what depends on it is not made anew. */
export function useSame<T extends string | number>(list: readonly T[]): readonly T[] {
  const [kept, setKept] = useState(list)
  const isSame = kept.length === list.length && kept.every((one, index) => one === list[index])
  if (!isSame) setKept(list)
  return isSame ? kept : list
}
