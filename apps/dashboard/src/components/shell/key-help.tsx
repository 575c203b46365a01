'use client'

import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { lazyDialog, usePreload } from '@/components/ui/lazy-part'
import { useKeys } from '@/hooks/use-keys'

const KeyHelpDialog = lazyDialog(() => import('./key-help-dialog').then((module) => module.KeyHelpDialog))
const SOON = [KeyHelpDialog]

/** The keys that work on every page: `?` lists all there are. */
export function KeyHelp(): ReactNode {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  usePreload(SOON)
  useKeys({
    '?': () => setOpen(true),
    '1': () => router.push('/'),
    '2': () => router.push('/plugins'),
    '3': () => router.push('/events'),
    '4': () => router.push('/dependencies'),
    '5': () => router.push('/activity'),
  })
  return open && <KeyHelpDialog onClose={() => setOpen(false)} />
}
