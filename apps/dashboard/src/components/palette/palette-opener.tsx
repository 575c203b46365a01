'use client'

import { createContext, useContext, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { lazyDialog, usePreload } from '@/components/ui/lazy-part'
import { useKeys } from '@/hooks/use-keys'
import { useText } from '@/messages/use-text'

const CommandPalette = lazyDialog(
  () => import('./command-palette').then((module) => module.CommandPalette),
  // Turns off the shortcuts of the page while the palette loads.
  <div data-modal />,
)
const SOON = [CommandPalette]

const OpenContext = createContext<() => void>(() => {})

/** Holds the palette, and its key: ⌘K, or Ctrl K. */
export function PaletteProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [open, setOpen] = useState(false)
  usePreload(SOON)
  useKeys({ 'mod+k': () => setOpen((before) => !before) })
  return (
    <OpenContext value={() => setOpen(true)}>
      {children}
      {open && <CommandPalette onClose={() => setOpen(false)} />}
    </OpenContext>
  )
}

export function PaletteButton({ className }: { readonly className?: string }): ReactNode {
  const text = useText()
  const open = useContext(OpenContext)
  return (
    <button
      type="button"
      onClick={open}
      className={classes(
        'flex h-8 items-center gap-2 rounded-md border px-2 text-muted hover:bg-sunken hover:text-ink',
        className,
      )}
    >
      <Icon name="search" />
      <span className="text-[13px] max-lg:sr-only">{text('palette.open')}</span>
      <kbd className="ml-auto rounded border px-1 text-xs max-lg:hidden">⌘K</kbd>
    </button>
  )
}
