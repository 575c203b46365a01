import { keep, readKept } from '@/hooks/storage'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'plugboard.theme'

/** Runs before the first paint, so that a chosen theme does not flash. */
export const THEME_SCRIPT = `try{var t=localStorage.getItem('${KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}`

export function readTheme(): Theme {
  const kept = readKept('localStorage', KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function applyTheme(theme: Theme): void {
  keep('localStorage', KEY, theme === 'system' ? null : theme)
  if (theme === 'system') {
    delete document.documentElement.dataset.theme
  } else {
    document.documentElement.dataset.theme = theme
  }
}
