'use client'

import type { Operations } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useAnswer } from './use-answer'
import { CURSORS, usePages, type Pages } from './use-pages'
import { useServerClock } from './use-server-clock'

type Followed = 'timeline.list' | 'logs.search' | 'traces.list'
type Row<Name extends Followed> = Operations[Name]['output'][number]
type Filter<Name extends Followed> = Omit<Operations[Name]['input'], 'limit' | 'before'>

const LOOK_MS = 4_000

export interface FollowedPages<T> extends Pages<T> {
  /** There are newer rows than those that are shown; null: there are none, or they will come by themselves. */
  readonly showNewer: (() => void) | null
}

/**
 * Pages whose list grows at its newest end. New rows come by themselves, unless older pages were read on, which would be lost.
 * @param filter where it has a `to`, which is in the past: nothing new is looked for
 * @param options `isHeld`: somebody reads what is there, and it is to stay
 */
export function useFollowedPages<Name extends Followed>(
  name: Name,
  filter: Filter<Name>,
  { limit, isHeld = false }: { readonly limit: number; readonly isHeld?: boolean },
): FollowedPages<Row<Name>> {
  const isLive = !('to' in filter) || filter.to === undefined
  const tick = useServerClock(LOOK_MS)
  const { value: head } = useAnswer(name, isLive ? asInput(filter, 1) : null, Math.floor(tick / LOOK_MS))
  const newest = cursorOf(name, (head as readonly Row<Name>[] | null)?.[0])
  const [shown, setShown] = useState<number | null>(null)
  const pages = usePages(name, asInput(filter, limit), shown)
  const isStale = pages.rows !== null && newest !== null && newest > (cursorOf(name, pages.rows[0]) ?? 0)
  const mayFollow = !pages.isExtended && !isHeld
  useEffect(() => {
    if (isStale && mayFollow) setShown(newest)
  }, [isStale, mayFollow, newest])
  return { ...pages, showNewer: isStale && !mayFollow ? () => setShown(newest) : null }
}

function asInput<Name extends Followed>(
  filter: Filter<Name>,
  limit: number,
): Operations[Name]['input'] & { readonly limit: number } {
  return { ...filter, limit } as Operations[Name]['input'] & { readonly limit: number }
}

function cursorOf<Name extends Followed>(name: Name, row: Row<Name> | undefined): number | null {
  return row === undefined ? null : CURSORS[name](row)
}
