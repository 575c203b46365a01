'use client'

import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useTokenSetter } from '@/live/client-context'
import { useConnection } from '@/live/use-live'
import { useText } from '@/messages/use-text'

/** Asks for the token in place of the page, when the server demands one. */
export function TokenGate({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText()
  const { state, refusals } = useConnection()
  const openWith = useTokenSetter()
  const [token, setToken] = useState('')
  const [refusalsBefore, setRefusalsBefore] = useState<number | null>(null)
  if (state !== 'unauthorized') return children
  return (
    <form
      className="mx-auto flex max-w-md flex-col gap-4 py-24"
      onSubmit={(event) => {
        event.preventDefault()
        setRefusalsBefore(refusals)
        openWith(token)
      }}
    >
      <h1 className="text-xl font-semibold">{text('token.title')}</h1>
      <p className="text-muted">{text('token.explain')}</p>
      <label className="flex flex-col gap-1 font-medium">
        {text('token.label')}
        <input
          type="password"
          value={token}
          autoComplete="off"
          onChange={(event) => setToken(event.target.value)}
          className="h-9 rounded-md border border-line-strong bg-surface px-3 font-mono font-normal"
        />
      </label>
      {refusalsBefore !== null && refusals > refusalsBefore && (
        <p role="alert" className="text-bad">
          {text('token.wrong')}
        </p>
      )}
      <Button type="submit" look="primary" disabled={token === ''} className="self-start">
        {text('token.submit')}
      </Button>
    </form>
  )
}
