'use client'

import { useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { useOnline } from '@/live/use-live'
import { useText } from '@/messages/use-text'
import { Button } from './button'
import { useToast } from './toasts'

/** When a page has settled. */
const PRELOAD_MS = 3_000

type Load<Props> = () => Promise<ComponentType<Props>>

/** Fetched when it is first drawn, or earlier by `preload`. */
export type LazyPart<Props> = ComponentType<Props> & { readonly preload: () => void }

/**
 * A part of a page that is loaded on demand. Unlike with `React.lazy`, a failed load affects only this part: it shows
 * an error, and loads again on request or when the connection is back.
 */
export function lazyPart<Props extends object>(load: Load<Props>, loading: ReactNode = null): LazyPart<Props> {
  const once = fetchOnce(load)
  function Lazy(props: Props): ReactNode {
    const { Part, failed, retry } = usePart(once)
    if (Part) return <Part {...props} />
    return failed ? <Missing onRetry={retry} /> : loading
  }
  return Object.assign(Lazy, { preload: once.preload })
}

/** The same for what stands over the page: one that does not arrive is closed again, and a toast says so. */
export function lazyDialog<Props extends { readonly onClose: () => void }>(
  load: Load<Props>,
  loading: ReactNode = null,
): LazyPart<Props> {
  const once = fetchOnce(load)
  function Lazy(props: Props): ReactNode {
    const { Part, failed } = usePart(once)
    if (Part) return <Part {...props} />
    return failed ? <CloseAgain onClose={props.onClose} /> : loading
  }
  return Object.assign(Lazy, { preload: once.preload })
}

/** Fetches parts that may be wanted soon, once the page has settled: they should not wait for the network then, or need it. */
export function usePreload(parts: readonly { readonly preload: () => void }[]): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const part of parts) part.preload()
    }, PRELOAD_MS)
    return () => clearTimeout(timer)
  }, [parts])
}

interface Once<Props> {
  readonly get: () => ComponentType<Props> | null
  readonly fetch: () => Promise<ComponentType<Props>>
  readonly preload: () => void
}

function fetchOnce<Props>(load: Load<Props>): Once<Props> {
  let part: ComponentType<Props> | null = null
  const fetch = async (): Promise<ComponentType<Props>> => {
    part ??= await load()
    return part
  }
  // Where that fails, it is asked for when it is drawn.
  return { get: () => part, fetch, preload: () => void fetch().catch(() => {}) }
}

function usePart<Props>({ get, fetch }: Once<Props>): {
  readonly Part: ComponentType<Props> | null
  readonly failed: boolean
  readonly retry: () => void
} {
  const [Part, setPart] = useState(get)
  const [failed, setFailed] = useState(false)
  const online = useOnline()
  useEffect(() => {
    if (Part || failed) return
    let current = true
    fetch().then(
      (loaded) => current && setPart(() => loaded),
      () => current && setFailed(true),
    )
    return () => {
      current = false
    }
  }, [Part, failed, fetch])
  useEffect(() => {
    if (online) setFailed(false)
  }, [online])
  return { Part, failed, retry: () => setFailed(false) }
}

function Missing({ onRetry }: { readonly onRetry: () => void }): ReactNode {
  const text = useText()
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 py-6 text-muted">
      <p>{text('broken.part')}</p>
      <Button onClick={onRetry}>{text('broken.retry')}</Button>
    </div>
  )
}

function CloseAgain({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = useText()
  const toast = useToast()
  useEffect(() => {
    toast({ kind: 'bad', title: text('broken.part') })
    onClose()
  })
  return null
}
