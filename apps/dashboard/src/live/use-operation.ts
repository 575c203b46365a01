'use client'

import { ClientError } from '@plugboard/client'
import type { Operations } from '@plugboard/protocol'
import { useCallback } from 'react'
import { useClient } from './client-context'

/** Calls operations of the server; rejects with a {@link ClientError}. */
export function useOperation(): <Name extends keyof Operations>(
  name: Name,
  input: Operations[Name]['input'],
  timeoutMs?: number,
) => Promise<Operations[Name]['output']> {
  const client = useClient()
  return useCallback(
    (name, input, timeoutMs) => {
      if (client) return client.call(name, input, timeoutMs)
      return Promise.reject(
        new ClientError({ code: 'DISCONNECTED', message: 'There is no connection yet.', details: null }),
      )
    },
    [client],
  )
}

export function asClientError(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown
  return new ClientError({
    code: 'UNEXPECTED',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    details: null,
  })
}
