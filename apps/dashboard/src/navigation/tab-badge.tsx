'use client'

import { usePathname } from 'next/navigation'
import { Suspense, type ReactNode } from 'react'
import { healthLevel } from '@/components/ui/health-level'
import { sortedRows } from '@/live/sorted-rows'
import { useSession, useTopic } from '@/live/use-live'
import { useQueryParam } from '@/hooks/use-query'
import { useText } from '@/messages/use-text'
import { BASE_PATH } from '@/live/base-path'
import { PAGES } from './pages'

/** Says in the browser's tab which page or plugin it is, and how many plugins are not well: in its title and on its sign. */
export function TabBadge(): ReactNode {
  const path = usePathname()
  const { state: board } = useTopic('board')
  const unwell = board ? sortedRows(board.rows).filter((row) => healthLevel(row) === 'unhealthy').length : 0
  return (
    <>
      {path === '/plugins' ? (
        // An exported page knows no query before it is in a browser.
        <Suspense fallback={<Title unwell={unwell} />}>
          <PluginTitle unwell={unwell} />
        </Suspense>
      ) : (
        <Title unwell={unwell} />
      )}
      <Favicon unwell={unwell} />
    </>
  )
}

function PluginTitle({ unwell }: { readonly unwell: number }): ReactNode {
  const [id] = useQueryParam('id')
  const { state: board } = useTopic('board')
  const plugin = id === null ? undefined : [...(board?.rows.values() ?? [])].find((row) => row.id === id)
  return <Title unwell={unwell} {...(plugin && { plugin: plugin.name })} />
}

/** @param plugin its name, in place of the page's */
function Title({ unwell, plugin }: { readonly unwell: number; readonly plugin?: string }): ReactNode {
  const text = useText()
  const path = usePathname()
  const page = PAGES.find(({ href }) => href === path)
  const first = plugin ?? (page && text(`nav.${page.key}`))
  const node = useSession()?.node
  // Whoever has several hosts open tells their tabs apart.
  const name = [first, node, text('app.name')].filter((part) => part !== undefined).join(' · ')
  return <title>{unwell > 0 ? `(${unwell}) ${name}` : name}</title>
}

/** The sign in the browser's tab; with how many are not well, when some are. */
export function Favicon({ unwell }: { readonly unwell: number }): ReactNode {
  const href = unwell > 0 ? `data:image/svg+xml,${encodeURIComponent(badgeSvg(unwell))}` : `${BASE_PATH}/icon.svg`
  return <link rel="icon" type="image/svg+xml" href={href} />
}

function badgeSvg(count: number): string {
  const shown = count > 9 ? '9+' : String(count)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#c02626"/><text x="16" y="23" font-family="sans-serif" font-size="${shown.length > 1 ? 17 : 21}" font-weight="700" fill="#fff" text-anchor="middle">${shown}</text></svg>`
}
