'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { AccountMenu } from '@/components/access/account-menu'
import { SignInForm } from '@/components/access/sign-in-form'
import { PaletteButton, PaletteProvider } from '@/components/palette/palette-opener'
import { classes } from '@/components/ui/class-names'
import { WallShell } from './wall-shell'
import { useKeptFocus } from '@/hooks/use-kept-focus'
import { useWall } from '@/live/use-wall'
import { useConnection, useSession } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { ConnectionMark, LogBar, RefusedBar, SafeBar, StaleBar, StoreBar } from './connection-mark'
import { KeyHelp } from './key-help'
import { Logo } from '@/components/ui/logo'
import { Navigation } from './navigation'
import { TabBadge } from '@/navigation/tab-badge'

/** For visitors without a session. */
const BARE_PAGES = ['/set-up', '/join', '/sign-in']

/** What every page stands in: navigation beside it on a desk, above it on a phone. */
export function AppShell({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText()
  const { state } = useConnection()
  const node = useSession()?.node
  useKeptFocus()
  const isOnWall = useWall()
  const stale = state === 'reconnecting' || state === 'outdated'
  if (BARE_PAGES.includes(usePathname())) return children
  if (state === 'unauthorized') return <SignInForm />
  if (isOnWall) return <WallShell isStale={stale}>{children}</WallShell>
  return (
    <PaletteProvider>
      <div className="min-h-dvh lg:grid lg:grid-cols-[216px_minmax(0,1fr)] print:block">
        <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-3">
          {text('app.skip')}
        </a>
        <header className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-4 py-2 lg:sticky lg:top-0 lg:h-dvh lg:flex-col lg:flex-nowrap lg:items-stretch lg:border-r lg:border-b-0 lg:px-3 lg:py-4">
          <Link href="/" className="flex items-center gap-2 rounded-md font-semibold lg:px-2 lg:pb-1">
            <Logo />
            <span className="min-w-0">
              <span className="block">{text('app.name')}</span>
              {node !== undefined && (
                <bdi
                  className="block max-w-36 truncate text-xs leading-4 font-normal text-muted max-lg:max-w-24"
                  title={text('app.node', { node })}
                >
                  {node}
                </bdi>
              )}
            </span>
          </Link>
          <PaletteButton className="max-lg:hidden" />
          <div className="min-w-0 max-lg:order-last max-lg:basis-full">
            <Navigation />
          </div>
          <div className="ml-auto flex min-w-0 items-center gap-3 lg:mt-auto lg:ml-0 lg:flex-col lg:items-start lg:px-2">
            <ConnectionMark />
            <PaletteButton className="lg:hidden" />
            <AccountMenu />
          </div>
        </header>
        <TabBadge />
        <KeyHelp />
        <div className="flex min-w-0 flex-col">
          <StaleBar />
          <RefusedBar />
          <SafeBar />
          <StoreBar />
          <LogBar />
          <main
            id="content"
            className={classes(
              'mx-auto w-full max-w-[1680px] flex-1 px-4 py-4 lg:px-8 lg:py-6 wall:max-w-none',
              stale && 'opacity-60 grayscale',
            )}
          >
            {children}
          </main>
        </div>
      </div>
    </PaletteProvider>
  )
}
