/** What this browser keeps for us, where it lets us. */
export function readKept(storage: 'localStorage' | 'sessionStorage', key: string): string | null {
  try {
    return window[storage].getItem(key)
  } catch {
    return null
  }
}

/** Null forgets it. Where storage is blocked, nothing is kept and nothing fails. */
export function keep(storage: 'localStorage' | 'sessionStorage', key: string, value: string | null): void {
  try {
    if (value === null) window[storage].removeItem(key)
    else window[storage].setItem(key, value)
  } catch {
    // Blocked by the browser's settings.
  }
}
