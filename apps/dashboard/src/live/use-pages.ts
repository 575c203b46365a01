'use client'

import type { ClientError } from '@plugboard/client'
import type { Operations } from '@plugboard/protocol'
import { useEffect, useRef, useState } from 'react'
import { useAnswer } from './use-answer'
import { asClientError, useOperation } from './use-operation'

/** Operations that answer a page of rows, newest first, and the next one with `before`. */
type Paged = 'timeline.list' | 'audit.list'
type Row<Name extends Paged> = Operations[Name]['output'][number]

interface Pages<T> {
  /** Null until the first page is there. */
  readonly rows: readonly T[] | null
  readonly error: ClientError | null
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly loadMore: () => void
  readonly reload: () => void
}

/** What `before` takes of the last row seen. */
const CURSORS: { readonly [Name in Paged]: (row: Row<Name>) => number } = {
  'timeline.list': ({ id }) => id,
  'audit.list': ({ seq }) => seq,
}

/**
 * A list that is read page by page. The newest page is read anew when the input or `version` changes, and those after it
 * are forgotten then: they would not fit any more.
 */
export function usePages<Name extends Paged>(
  name: Name,
  input: Operations[Name]['input'] & { readonly limit: number },
  version: unknown = null,
): Pages<Row<Name>> {
  const call = useOperation()
  const { value: newest, error, reload } = useAnswer(name, input, version)
  const [older, setOlder] = useState<{ readonly rows: readonly Row<Name>[]; readonly isWhole: boolean }>(NOTHING)
  const [failed, setFailed] = useState<ClientError | null>(null)
  const [isLoading, setLoading] = useState(false)
  /** What the pages after the first one belong to. */
  const current = useRef(newest)
  useEffect(() => {
    current.current = newest
    setOlder(NOTHING)
    setFailed(null)
    setLoading(false)
  }, [newest])
  const firstPage = newest as readonly Row<Name>[] | null
  const last = older.rows.at(-1) ?? firstPage?.at(-1)
  return {
    rows: firstPage && [...firstPage, ...older.rows],
    error: failed ?? error,
    hasMore: !older.isWhole && firstPage?.length === input.limit,
    isLoading,
    loadMore: () => {
      if (last === undefined || isLoading) return
      setLoading(true)
      const of = current.current
      const before = CURSORS[name](last)
      call(name, { ...input, before }).then(
        (page) => {
          // An answer that comes after the list was read anew does not fit any more.
          if (current.current !== of) return
          setLoading(false)
          setOlder(({ rows }) => ({
            rows: [...rows, ...(page as readonly Row<Name>[])],
            isWhole: page.length < input.limit,
          }))
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

const NOTHING = { rows: [], isWhole: false }
