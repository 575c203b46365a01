'use client'

import { useRouter } from 'next/navigation'
import { useActions } from '@/components/actions/actions-provider'
import { isOffered, type PluginAction } from '@/components/actions/plugin-action'
import { pluginHref } from '@/components/plugins/plugin-href'
import { PAGES } from '@/components/shell/pages'
import { applyTheme } from '@/components/shell/theme'
import { sortedRows } from '@/live/sorted-rows'
import { useOnline, useSession, useTopic } from '@/live/use-live'
import { useLocaleChoice } from '@/messages/locale-context'
import { LOCALE_NAMES, LOCALES } from '@/messages/messages'
import { useText } from '@/messages/use-text'
import type { Command } from './commands'

const ACTIONS: readonly PluginAction[] = ['restart', 'enable', 'disable', 'unload']

/** All that the palette offers now, to whoever is signed in: pages, plugins, what can be done to them, looks. */
export function useCommands(): readonly Command[] {
  const text = useText()
  const router = useRouter()
  const { act } = useActions()
  const { choose } = useLocaleChoice()
  const { state: board } = useTopic('board')
  const online = useOnline()
  const may = useSession()?.may ?? []
  const rows = board ? sortedRows(board.rows) : []

  const pages = PAGES.filter(({ needs }) => needs === undefined || may.includes(needs)).map(
    ({ href, key, icon }): Command => ({
      id: href,
      title: text(`nav.${key}`),
      hint: text('palette.page'),
      icon,
      run: () => router.push(href),
    }),
  )
  const load: Command[] =
    online && may.includes('plugins.load')
      ? [
          {
            id: 'load',
            title: text('plugins.load'),
            hint: '',
            icon: 'plugins',
            run: () => router.push('/plugins?load=1'),
          },
        ]
      : []
  const plugins = rows.map(({ id, name }): Command => ({
    id,
    title: name,
    hint: id,
    icon: 'plugins',
    run: () => router.push(pluginHref(id)),
  }))
  const actions = rows.flatMap((row) =>
    ACTIONS.filter((action) => online && may.includes(`plugins.${action}`) && isOffered(action, row)).map(
      (action): Command => ({
        id: `${action} ${row.id}`,
        title: `${text(`action.${action}`)} ${row.name}`,
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
  return [...pages, ...load, ...plugins, ...actions, ...looks]
}
