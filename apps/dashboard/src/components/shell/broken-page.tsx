'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Preformatted } from '@/components/ui/preformatted'
import { useText } from '@/messages/use-text'

/** In place of a page that could not be drawn, such as one whose code did not arrive: the rest of the board goes on. */
export function BrokenPage({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }): ReactNode {
  const text = useText()
  return (
    <div role="alert" className="mx-auto flex max-w-2xl flex-col items-start gap-3 py-16">
      <h1 className="text-xl font-semibold">{text('broken.title')}</h1>
      <p className="text-muted">{text('broken.hint')}</p>
      <div className="flex gap-2">
        <Button look="primary" onClick={onRetry}>
          {text('broken.retry')}
        </Button>
        <Button onClick={() => window.location.reload()}>{text('connection.reload')}</Button>
      </div>
      <div className="w-full">
        <Preformatted title={text('broken.what')} body={error.message} />
      </div>
    </div>
  )
}
