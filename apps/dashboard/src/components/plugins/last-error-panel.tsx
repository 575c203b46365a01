'use client'

import type { LastErrorView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { formatMoment } from '@/format/figures'
import { useText } from '@/messages/use-text'

/** Why the plugin is in error; what it threw stands apart, marked as its own words. */
export function LastErrorPanel({ error }: { readonly error: LastErrorView }): ReactNode {
  const text = useText()
  return (
    <section aria-label={text('plugin.lastError')} className="rounded-lg border border-bad bg-surface p-4">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold text-bad">{text('plugin.lastError')}</h2>
        <code className="text-[13px] text-muted">{error.code}</code>
        <span className="figures text-[13px] text-faint">{formatMoment(error.at)}</span>
      </div>
      <p className="mt-1 wrap-anywhere">{error.message}</p>
      {error.thrown && <Words title={text('plugin.pluginSays')} words={error.thrown.stack ?? error.thrown.message} />}
      {error.output && <Words title={text('plugin.output')} words={error.output} />}
    </section>
  )
}

function Words({ title, words }: { readonly title: string; readonly words: string }): ReactNode {
  return (
    <>
      <h3 className="mt-3 text-[13px] font-medium text-muted">{title}</h3>
      <pre tabIndex={0} className="mt-1 max-h-48 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5">
        {words}
      </pre>
    </>
  )
}
