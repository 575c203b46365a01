'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { useFigures } from '@/format/use-figures'
import { useSession, useTopic } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { PAGES } from '@/navigation/pages'

const ITEM =
  'flex h-11 flex-col items-center justify-center gap-0.5 rounded-md px-1 text-[11px] leading-3.5 font-medium sm:h-8 sm:flex-row sm:justify-start sm:gap-2 sm:px-2 sm:text-sm'
const HERE = 'bg-accent-soft text-accent'
const ELSEWHERE = 'text-muted hover:bg-sunken hover:text-ink'

/** The pages, beside the content on a desk, in a row above it on a phone. */
export function Navigation(): ReactNode {
  const text = useText()
  const path = usePathname()
  const may = useSession()?.may ?? []
  const [isOpen, setOpen] = useState(false)
  const menuId = useId()
  const menu = useRef<HTMLElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (!menu.current?.contains(target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [isOpen])
  const pages = PAGES.filter(({ needs }) => needs === undefined || may.includes(needs))
  const second = pages.filter(({ isSecond }) => isSecond)
  const isAmongSecond = second.some(({ href }) => href === path)
  return (
    <nav
      ref={menu}
      aria-label={text('nav.label')}
      className="relative -mx-4 px-2 sm:overflow-x-auto sm:px-4 lg:mx-0 lg:px-0"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return
        event.stopPropagation()
        setOpen(false)
        opener.current?.focus()
      }}
    >
      <ul className="flex justify-between gap-1 sm:min-w-max sm:justify-start lg:min-w-0 lg:flex-col">
        {pages.map(({ href, key, icon, isSecond }) => (
          <li key={href} className={classes(isSecond && 'max-sm:hidden')}>
            <Link
              href={href}
              aria-current={path === href ? 'page' : undefined}
              className={classes(ITEM, path === href ? HERE : ELSEWHERE)}
            >
              <Icon name={icon} />
              {text(`nav.${key}`)}
              {key === 'deadLetters' && <DeadLetterCount />}
            </Link>
          </li>
        ))}
        <li className="sm:hidden">
          <button
            ref={opener}
            type="button"
            aria-expanded={isOpen}
            aria-controls={menuId}
            onClick={() => setOpen(!isOpen)}
            className={classes(ITEM, isAmongSecond ? HERE : ELSEWHERE)}
          >
            <Icon name="more" />
            {text('nav.more')}
          </button>
        </li>
      </ul>
      {isOpen && (
        <ul
          id={menuId}
          className="absolute top-full right-2 z-20 mt-1 min-w-44 rounded-lg border bg-raised p-1 shadow-(--shadow-pop) sm:hidden"
        >
          {second.map(({ href, key, icon }) => (
            <li key={href}>
              <Link
                href={href}
                aria-current={path === href ? 'page' : undefined}
                onClick={() => setOpen(false)}
                className={classes(
                  'flex h-10 items-center gap-3 rounded-md px-3 font-medium',
                  path === href ? HERE : ELSEWHERE,
                )}
              >
                <Icon name={icon} />
                {text(`nav.${key}`)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </nav>
  )
}

/** How many wait for somebody, over all plugins. */
function DeadLetterCount(): ReactNode {
  const figures = useFigures()
  const { state: board } = useTopic('board')
  const count = [...(board?.rows.values() ?? [])].reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  return count > 0 && <span className="figures text-xs font-normal text-muted lg:ml-auto">{figures.count(count)}</span>
}
