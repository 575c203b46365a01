'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { classes } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { useSession } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { PAGES } from '@/navigation/pages'

/** The pages, beside the content on a desk, in a row above it on a phone. */
export function Navigation(): ReactNode {
  const text = useText()
  const path = usePathname()
  const may = useSession()?.may ?? []
  return (
    <nav aria-label={text('nav.label')} className="-mx-4 overflow-x-auto px-2 sm:px-4 lg:mx-0 lg:px-0">
      <ul className="flex min-w-max justify-between sm:gap-1 sm:justify-start lg:min-w-0 lg:flex-col">
        {PAGES.filter(({ needs }) => needs === undefined || may.includes(needs)).map(({ href, key, icon }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={path === href ? 'page' : undefined}
              className={classes(
                'flex h-11 flex-col items-center justify-center gap-0.5 rounded-md px-0.5 text-[11px] leading-3.5 font-medium sm:h-8 sm:flex-row sm:justify-start sm:gap-2 sm:px-2 sm:text-sm',
                path === href ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-ink',
              )}
            >
              <Icon name={icon} />
              {key === 'dependencies' ? (
                // The longest of them would push the last one out of a phone.
                <>
                  <span className="sm:hidden">{text('nav.dependenciesShort')}</span>
                  <span className="max-sm:hidden">{text('nav.dependencies')}</span>
                </>
              ) : (
                text(`nav.${key}`)
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
