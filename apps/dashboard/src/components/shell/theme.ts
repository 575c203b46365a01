export type Theme = 'system' | 'light' | 'dark'

const KEY = 'plugboard.theme'

/** Runs before the first paint, so that a chosen theme does not flash. */
export const THEME_SCRIPT = `try{var t=localStorage.getItem('${KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}`

export function readTheme(): Theme {
  const kept = window.localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    window.localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    window.localStorage.setItem(KEY, theme)
    document.documentElement.dataset.theme = theme
  }
}
