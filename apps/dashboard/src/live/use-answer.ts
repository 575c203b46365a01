'use client'

import type { ClientError } from '@plugboard/client'
import type { Operations } from '@plugboard/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useMay } from './use-live'
import { asClientError, useOperation } from './use-operation'

const RETRY_MS = 1_000

/** What an operation that only reads has answered. */
export interface Answer<T> {
  /** Null until it is there; the last one stays while the same is asked for anew. */
  readonly value: T | null
  readonly error: ClientError | null
  readonly reload: () => void
}

/**
 * Asks for something as soon as it may be asked for, and again when the input or `version` changes, or after a lost
 * connection.
 * @param input null asks for nothing
 */
export function useAnswer<Name extends keyof Operations>(
  name: Name,
  input: Operations[Name]['input'] | null,
  version: unknown = null,
): Answer<Operations[Name]['output']> {
  type Output = Operations[Name]['output']
  const allowed = useMay(name)
  const call = useOperation()
  const [state, setState] = useState<{
    readonly key: string | null
    readonly value: Output | null
    readonly error: ClientError | null
  }>({
    key: null,
    value: null,
    error: null,
  })
  const [asked, setAsked] = useState(0)
  const key = input === null ? null : JSON.stringify(input)
  useEffect(() => {
    if (!allowed || key === null) return
    let current = true
    let retry: ReturnType<typeof setTimeout> | undefined
    call(name, JSON.parse(key) as Operations[Name]['input']).then(
      (value) => current && setState({ key, value, error: null }),
      (thrown: unknown) => {
        if (!current) return
        const error = asClientError(thrown)
        // Too many were asked for at once: that passes, and is nothing to tell anybody.
        if (error.code === 'RATE_LIMITED') retry = setTimeout(() => setAsked((count) => count + 1), RETRY_MS)
        else setState((before) => ({ key, value: before.key === key ? before.value : null, error }))
      },
    )
    return () => {
      current = false
      clearTimeout(retry)
    }
  }, [call, name, key, allowed, asked, version])
  const reload = useCallback(() => setAsked((count) => count + 1), [])
  const { value, error } = state.key === key ? state : { value: null, error: null }
  return { value, error, reload }
}
