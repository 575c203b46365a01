'use client'

import type { ReactNode } from 'react'
import { ConnectionMark, StaleBar, StoreBar } from './connection-mark'
import { Logo } from '@/components/ui/logo'
import { classes } from '@/components/ui/class-names'
import { BASE_PATH } from '@/live/base-path'
import { useSession } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { TabBadge } from '@/navigation/tab-badge'
import { WallClock } from './wall-clock'

/** What a page stands in on a wall: its host, a clock, and nothing to press. The type grows with the screen. */
export function WallShell({
  isStale,
  children,
}: {
  readonly isStale: boolean
  readonly children: ReactNode
}): ReactNode {
  const text = useText()
  const session = useSession()
  return (
    <div className="lg:[zoom:1.2] wall:[zoom:1.5] [&_main_button]:hidden">
      <TabBadge />
      <StaleBar />
      <StoreBar />
      <main id="content" className={classes('flex flex-col gap-4 p-4', isStale && 'opacity-60 grayscale')}>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <a href={`${BASE_PATH}/`} aria-label={text('wall.leave')} title={text('wall.leave')} className="rounded-md">
            <Logo />
          </a>
          <h1 className="mr-auto text-2xl font-semibold">
            <bdi>{session?.node ?? text('app.name')}</bdi>
          </h1>
          {session?.account === null && session.role !== 'viewer' && (
            <p role="alert" className="font-medium text-warn">
              {text('wall.tooMuch', { role: text(`role.${session.role}`) })}
            </p>
          )}
          <ConnectionMark />
          <WallClock />
        </div>
        {children}
      </main>
    </div>
  )
}
