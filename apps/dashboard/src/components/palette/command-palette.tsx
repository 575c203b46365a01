'use client'

import { Dialog } from '@base-ui/react/dialog'
import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { useClient } from '@/live/client-context'
import { useText } from '@/messages/use-text'
import { matchCommands, type Command } from './commands'
import { noteRecent } from './recents'
import { useCommands } from './use-commands'

/** Every page, plugin and action, by name. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = useText()
  const read = useCommands()
  // As they were when it was opened: nothing may move between looking and pressing.
  const [commands, setCommands] = useState(read)
  const rereadOnce = useEffectEvent(() => setCommands(read()))
  const client = useClient()
  // Opened before the first rows were there: they are awaited, once.
  useEffect(() => {
    const board = client?.topic('board')
    if (!board || board.get().state) return
    const stop = board.subscribe(() => {
      if (!board.get().state) return
      stop()
      rereadOnce()
    })
    return stop
  }, [client])
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const list = useRef<HTMLUListElement>(null)
  const shown = matchCommands(commands, query)
  const current = Math.min(chosen, shown.length - 1)

  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current, query])

  const run = (command: Command | undefined): void => {
    if (!command) return
    onClose()
    noteRecent(command)
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move !== undefined) {
      event.preventDefault()
      setChosen((current + move + shown.length) % Math.max(1, shown.length))
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      run(shown[current])
    }
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup
          data-modal
          aria-label={text('palette.title')}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-raised shadow-(--shadow-pop)"
        >
          <div className="flex items-center gap-3 border-b px-4">
            <Icon name="search" className="text-faint" />
            <input
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={shown[current] ? `${listId}-${current}` : undefined}
              aria-label={text('palette.title')}
              placeholder={text('palette.placeholder')}
              autoFocus
              spellCheck={false}
              value={query}
              onKeyDown={onKeyDown}
              onChange={({ target }) => {
                setQuery(target.value)
                setChosen(0)
              }}
              className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
            />
            <kbd className="rounded border px-1.5 text-xs text-faint">esc</kbd>
          </div>
          <ul
            ref={list}
            id={listId}
            role="listbox"
            aria-label={text('palette.title')}
            className="min-h-0 overflow-y-auto p-2"
          >
            {shown.map((command, index) => (
              <li
                key={command.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === current}
                onMouseMove={() => setChosen(index)}
                onClick={() => run(command)}
                className={classes(
                  'flex h-9 cursor-pointer items-center gap-3 rounded-md px-3',
                  index === current && 'bg-accent-soft text-accent',
                )}
              >
                {command.tone === 'bad' ? (
                  <span aria-hidden className="w-4 text-center text-bad">
                    ▲
                  </span>
                ) : (
                  <Icon name={command.icon} />
                )}
                <span className="min-w-0 flex-1 truncate">{command.title}</span>
                <span className={classes('truncate text-[13px]', index === current ? 'text-accent' : 'text-faint')}>
                  {command.hint}
                </span>
              </li>
            ))}
          </ul>
          {shown.length === 0 && <p className="px-5 pb-5 text-muted">{text('palette.nothing', { query })}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
