'use client'

import type { ClientError } from '@plugboard/client'
import type { Operations } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
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
  useEffect(() => {
    setOlder(NOTHING)
    setFailed(null)
  }, [newest])
  const firstPage = newest as readonly Row<Name>[] | null
  const last = older.rows.at(-1) ?? firstPage?.at(-1)
  return {
    rows: firstPage && [...firstPage, ...older.rows],
    error: failed ?? error,
    hasMore: !older.isWhole && firstPage?.length === input.limit,
    loadMore: () => {
      if (last === undefined) return
      const before = CURSORS[name](last)
      call(name, { ...input, before }).then(
        (page) =>
          setOlder(({ rows }) => ({
            rows: [...rows, ...(page as readonly Row<Name>[])],
            isWhole: page.length < input.limit,
          })),
        (thrown: unknown) => setFailed(asClientError(thrown)),
      )
    },
    reload,
  }
}

const NOTHING = { rows: [], isWhole: false }
