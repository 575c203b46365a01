import { keep, readKept } from '@/hooks/storage'

const KEY = 'plugboard.list'

/** Notes how the list is filtered and ordered now, for the way back to it. */
export function keepListHref(): void {
  const query = new URLSearchParams(window.location.search)
  query.delete('load')
  const text = query.toString()
  keep('sessionStorage', KEY, text === '' ? null : `?${text}`)
}

/** The list as it was left in this tab. */
export function listHref(): string {
  return `/plugins${readKept('sessionStorage', KEY) ?? ''}`
}
