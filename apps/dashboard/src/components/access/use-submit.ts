'use client'

import type { ClientError } from '@plugboard/client'
import { useState, type FormEvent } from 'react'
import { asClientError } from '@/live/use-operation'

/** Sends a form: pending meanwhile, then done, or what went wrong. */
export function useSubmit(send: () => Promise<void>): {
  readonly pending: boolean
  readonly error: ClientError | null
  readonly onSubmit: (event: FormEvent) => void
} {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<ClientError | null>(null)
  return {
    pending,
    error,
    onSubmit: (event) => {
      event.preventDefault()
      setPending(true)
      setError(null)
      send()
        .catch((thrown: unknown) => setError(asClientError(thrown)))
        .finally(() => setPending(false))
    },
  }
}
