'use client'

import { reasonOf, type Operations } from '@plugboard/protocol'
import { useRouter } from 'next/navigation'
import { useSignOut } from '@/components/access/use-sign-out'
import { useActions } from '@/components/actions/actions-provider'
import { useBulkActions } from '@/components/actions/bulk-actions-provider'
import { isOffered, type PluginAction } from '@/components/actions/plugin-action'
import { pluginHref } from '@/navigation/plugin-href'
import { helpedByRestart } from '@/components/plugins/repair'
import { PLUGIN_TABS } from '@/components/plugins/plugin-tabs'
import { PAGES } from '@/navigation/pages'
import { healthLevel } from '@/components/ui/health-level'
import { applyTheme } from '@/components/ui/theme'
import { useFigures } from '@/format/use-figures'
import { useClient } from '@/live/client-context'
import { sortedRows } from '@/live/sorted-rows'
import { useLocaleChoice } from '@/messages/locale-context'
import { LOCALE_NAMES, LOCALES } from '@/format/locale'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { topOf, TOPS, type Top } from './answers'
import type { Command } from './commands'
import { recentsOf } from './recents'

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

/** All entries of the palette for the current session: what is not well, pages, places, plugins, operations, answers, appearance. */
export function useCommands(): () => readonly Command[] {
  const text = useText()
  const router = useRouter()
  const client = useClient()
  const { act } = useActions()
  const bulk = useBulkActions()
  const signOut = useSignOut()
  const { choose } = useLocaleChoice()
  const say = useSay()
  const figures = useFigures()

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
    // What is asked for at a glance comes first: what is not well, and what was gone to last.
    const unwell = rows
      .filter((row) => healthLevel(row) === 'unhealthy')
      .map((row): Command => {
        const reason = reasonOf(row)
        return {
          id: `unwell ${row.id}`,
          title: row.name,
          hint: reason ? say.reason(reason) : text('palette.unhealthy'),
          icon: 'plugins',
          tone: 'bad',
          run: go(pluginHref(row.id)),
        }
      })
    const helped = helpedByRestart(rows)
    const repairs =
      unwell.length === 0
        ? []
        : [
            {
              id: 'unwell',
              title: text('palette.allUnhealthy', { count: unwell.length }),
              hint: '',
              icon: 'plugins',
              run: go('/plugins?filter=health:unhealthy'),
            } satisfies Command,
            ...(helped.length > 0 && online && may.includes('plugins.bulk')
              ? [
                  {
                    id: 'restart unhealthy',
                    title: text('palette.restartUnhealthy', { count: helped.length }),
                    hint: '',
                    icon: 'events',
                    run: () => void bulk.ask('restart', helped),
                  } satisfies Command,
                ]
              : []),
          ]
    const written = {
      cpu: figures.points,
      memory: figures.bytes,
      events: figures.rate,
      errors: figures.percent,
      latency: figures.ms,
      lost: figures.count,
    } as const satisfies Readonly<Record<Top, (value: number | null) => string>>
    const tops = (Object.keys(TOPS) as Top[]).flatMap((top) =>
      topOf(rows, top).map(({ row, value }, index): Command => ({
        id: `top ${top} ${index}`,
        title: text(`palette.top.${top}`, { name: row.name }),
        hint: written[top](value),
        icon: 'explore',
        run: go(pluginHref(row.id)),
      })),
    )
    const known = [...pages, ...plugins, ...actions, ...places, ...tops, ...tabs, ...looks, ...(online ? [out] : [])]
    const recents = recentsOf(known)
    return [...unwell, ...repairs, ...recents, ...known.filter((command) => !recents.includes(command))]
  }
}
