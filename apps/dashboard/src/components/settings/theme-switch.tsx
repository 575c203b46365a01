'use client'

import { useEffect, useState, type ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useText } from '@/messages/use-text'
import { applyTheme, readTheme, type Theme } from '@/components/ui/theme'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function ThemeSwitch(): ReactNode {
  const text = useText()
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme(readTheme()), [])
  return (
    <Segments
      label={text('theme.label')}
      value={theme}
      options={THEMES.map((value) => ({ value, label: text(`theme.${value}`) }))}
      onChange={(next) => {
        setTheme(next)
        applyTheme(next)
      }}
    />
  )
}
