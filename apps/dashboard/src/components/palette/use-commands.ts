'use client'

import type { Operations } from '@plugboard/protocol'
import { useRouter } from 'next/navigation'
import { useSignOut } from '@/components/access/use-sign-out'
import { useActions } from '@/components/actions/actions-provider'
import { isOffered, type PluginAction } from '@/components/actions/plugin-action'
import { pluginHref } from '@/navigation/plugin-href'
import { PLUGIN_TABS } from '@/components/plugins/plugin-tabs'
import { PAGES } from '@/navigation/pages'
import { applyTheme } from '@/components/ui/theme'
import { useClient } from '@/live/client-context'
import { sortedRows } from '@/live/sorted-rows'
import { useLocaleChoice } from '@/messages/locale-context'
import { LOCALE_NAMES, LOCALES } from '@/format/locale'
import { useText } from '@/messages/use-text'
import type { Command } from './commands'

const ACTIONS: readonly PluginAction[] = ['restart', 'enable', 'disable', 'unload']
/** Places without a page of their own, with the operation that they need. */
const PLACES = [
  { href: '/plugins?load=1', title: 'plugins.load', icon: 'plugins', needs: 'plugins.load' },
  { href: '/events?do=publish', title: 'palette.publish', icon: 'events', needs: 'events.publish' },
  { href: '/events?do=reset', title: 'palette.reset', icon: 'events', needs: 'bus.reset' },
  { href: '/settings?section=people', title: 'settings.people', icon: 'settings', needs: 'accounts.list' },
  { href: '/settings?section=tokens', title: 'settings.tokens', icon: 'settings', needs: 'tokens.list' },
  { href: '/settings?section=server', title: 'server.backUpNow', icon: 'settings', needs: 'server.backup' },
] as const satisfies readonly {
  readonly href: string
  readonly title: string
  readonly icon: string
  readonly needs: keyof Operations
}[]

/** All entries of the palette for the current session: pages, places, plugins, operations, appearance. */
export function useCommands(): () => readonly Command[] {
  const text = useText()
  const router = useRouter()
  const client = useClient()
  const { act } = useActions()
  const signOut = useSignOut()
  const { choose } = useLocaleChoice()

  return () => {
    const board = client?.topic('board').get().state
    const may = client?.session.get()?.may ?? []
    const online = client?.connection.get().state === 'connected'
    const rows = board ? sortedRows(board.rows) : []
    const go = (href: string) => () => router.push(href)
    const pages = PAGES.filter(({ needs }) => needs === undefined || may.includes(needs)).map(
      ({ href, key, icon }): Command => ({
        id: href,
        title: text(`nav.${key}`),
        hint: text('palette.page'),
        icon,
        run: go(href),
      }),
    )
    const places = PLACES.filter(({ needs }) => online && may.includes(needs)).map(
      ({ href, title, icon }): Command => ({ id: href, title: text(title), hint: '', icon, run: go(href) }),
    )
    const plugins = rows.map(({ id, name }): Command => ({
      id,
      title: name,
      hint: id,
      icon: 'plugins',
      run: go(pluginHref(id)),
    }))
    const tabNames = PLUGIN_TABS.filter((tab) => tab !== 'overview').map(
      (tab) => [tab, text(`plugin.tab.${tab}`)] as const,
    )
    const tabs = rows.flatMap(({ id, name }) =>
      tabNames.map(([tab, label]): Command => ({
        id: `${id} ${tab}`,
        title: `${name}: ${label}`,
        hint: id,
        icon: 'plugins',
        run: go(pluginHref(id, tab)),
      })),
    )
    const actionNames = new Map(ACTIONS.map((action) => [action, text(`action.${action}`)]))
    const actions = rows.flatMap((row) =>
      ACTIONS.filter((action) => online && may.includes(`plugins.${action}`) && isOffered(action, row)).map(
        (action): Command => ({
          id: `${action} ${row.id}`,
          title: `${actionNames.get(action)} ${row.name}`,
          hint: row.id,
          icon: 'events',
          run: () => void act(action, row),
        }),
      ),
    )
    const looks = [
      ...(['system', 'light', 'dark'] as const).map((theme): Command => ({
        id: `theme ${theme}`,
        title: `${text('theme.label')}: ${text(`theme.${theme}`)}`,
        hint: '',
        icon: 'settings',
        run: () => applyTheme(theme),
      })),
      ...LOCALES.map((locale): Command => ({
        id: `locale ${locale}`,
        title: LOCALE_NAMES[locale],
        hint: text('locale.label'),
        icon: 'settings',
        run: () => choose(locale),
      })),
    ]
    const out: Command = {
      id: 'sign out',
      title: text('signIn.out'),
      hint: '',
      icon: 'door',
      run: () => void signOut(),
    }
    return [...pages, ...plugins, ...actions, ...places, ...tabs, ...looks, ...(online ? [out] : [])]
  }
}
