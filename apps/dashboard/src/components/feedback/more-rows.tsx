'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useOnline } from '@/live/use-live'
import type { Pages } from '@/live/use-pages'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

/** The end of a list that is read page by page: why a page did not come, and a button for the next one. */
export function MoreRows({
  error,
  hasMore,
  isLoading,
  loadMore,
}: Pick<Pages<unknown>, 'error' | 'hasMore' | 'isLoading' | 'loadMore'>): ReactNode {
  const text = useText()
  const say = useSay()
  const online = useOnline()
  return (
    <>
      {error && <p className="text-bad">{say.error(error)}</p>}
      {hasMore && (
        <Button className="self-start" pending={isLoading} disabled={!online} onClick={loadMore}>
          {text('history.more')}
        </Button>
      )}
    </>
  )
}
