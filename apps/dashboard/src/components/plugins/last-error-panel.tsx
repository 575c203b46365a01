'use client'

import type { LastErrorView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { Preformatted } from '@/components/ui/preformatted'
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
      {error.thrown && (
        <Preformatted title={text('plugin.pluginSays')} body={error.thrown.stack ?? error.thrown.message} />
      )}
      {error.output && <Preformatted title={text('plugin.output')} body={error.output} />}
    </section>
  )
}
