'use client'

import type { ClientError } from '@plugboard/client'
import type { Operations } from '@plugboard/protocol'
import { useEffect, useRef, useState } from 'react'
import { useAnswer } from './use-answer'
import { asClientError, useOperation } from './use-operation'

/** Operations that answer a page of rows, newest first, and the next one with `before`. */
type Paged = 'timeline.list' | 'audit.list' | 'config.revisions' | 'logs.search' | 'deadLetters.list' | 'traces.list'
type Row<Name extends Paged> = Operations[Name]['output'][number]

export interface Pages<T> {
  /** Null until the first page is there. */
  readonly rows: readonly T[] | null
  readonly error: ClientError | null
  readonly hasMore: boolean
  /** Pages after the first one were read. */
  readonly isExtended: boolean
  readonly isLoading: boolean
  readonly loadMore: () => void
  readonly reload: () => void
}

/** What `before` takes of the last row seen. */
export const CURSORS: { readonly [Name in Paged]: (row: Row<Name>) => number } = {
  'timeline.list': ({ id }) => id,
  'audit.list': ({ seq }) => seq,
  'config.revisions': ({ revision }) => revision,
  'logs.search': ({ seq }) => seq,
  'deadLetters.list': ({ id }) => Number(id),
  'traces.list': ({ id }) => id,
}

/**
 * A list that is read page by page. The newest page is read anew when the input or `version` changes, and those after it
 * are forgotten then: they would not fit any more. A page is short at the end of the list, or because its rows are large:
 * one more row is asked for to tell which.
 * @param input null asks for nothing
 */
export function usePages<Name extends Paged>(
  name: Name,
  input: (Operations[Name]['input'] & { readonly limit: number }) | null,
  version: unknown = null,
): Pages<Row<Name>> {
  const call = useOperation()
  const { value: newest, error, reload } = useAnswer(name, input, version)
  const firstPage = newest as readonly Row<Name>[] | null
  const [older, setOlder] = useState<readonly (readonly Row<Name>[])[]>([])
  const [failed, setFailed] = useState<ClientError | null>(null)
  const [isLoading, setLoading] = useState(false)
  /** Whether a row is the last of all, once that is known. */
  const [known, setKnown] = useState<{ readonly cursor: number; readonly isEnd: boolean } | null>(null)
  /** What the pages after the first one belong to. */
  const current = useRef(newest)
  useEffect(() => {
    current.current = newest
    setOlder([])
    setKnown(null)
    setFailed(null)
    setLoading(false)
  }, [newest])
  const rows = firstPage && [...firstPage, ...older.flat()]
  const last = rows?.at(-1)
  const cursor = last === undefined ? null : CURSORS[name](last)
  const lastPage = older.at(-1) ?? firstPage
  const isShort = lastPage !== null && lastPage.length < (input?.limit ?? 0)
  const key = JSON.stringify(input)
  useEffect(() => {
    if (!isShort || cursor === null) return
    let isCurrent = true
    call(name, { ...(JSON.parse(key) as Operations[Name]['input']), before: cursor, limit: 1 }).then(
      (next) => isCurrent && setKnown({ cursor, isEnd: next.length === 0 }),
      // The button for more will say what is wrong.
      () => isCurrent && setKnown({ cursor, isEnd: false }),
    )
    return () => {
      isCurrent = false
    }
  }, [call, name, key, isShort, cursor, newest])
  return {
    rows,
    error: failed ?? error,
    isExtended: older.length > 0,
    hasMore: cursor !== null && (known?.cursor === cursor ? !known.isEnd : !isShort),
    isLoading,
    loadMore: () => {
      if (cursor === null || isLoading) return
      setLoading(true)
      const of = current.current
      call(name, { ...input, before: cursor } as Operations[Name]['input']).then(
        (page) => {
          // An answer that comes after the list was read anew does not fit any more.
          if (current.current !== of) return
          setLoading(false)
          if (page.length === 0) setKnown({ cursor, isEnd: true })
          else setOlder((pages) => [...pages, page])
        },
        (thrown: unknown) => {
          setLoading(false)
          setFailed(asClientError(thrown))
        },
      )
    },
    reload,
  }
}
