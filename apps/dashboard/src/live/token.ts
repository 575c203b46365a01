import { keep, readKept } from './storage'

const KEY = 'plugboard.token'

/** Takes the token from the address (`#token=…`), else the one this tab has kept. It does not stay in the address. */
export function readToken(): string | null {
  const given = new URLSearchParams(window.location.hash.slice(1)).get('token')
  if (given !== null) {
    keepToken(given)
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
  }
  return readKept('sessionStorage', KEY)
}

export function keepToken(token: string): void {
  keep('sessionStorage', KEY, token)
}
