'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Frame } from '@/components/charts/data/buckets'
import { RANGES } from '@/components/charts/data/ranges'
import type { TimeSpan } from '@/components/charts/data/use-time-span'
import { SpanText } from '@/components/charts/draw/span-text'
import { CopyButton } from '@/components/ui/copy-button'
import { Icon } from '@/components/ui/icon'
import { Segments } from '@/components/ui/segments'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { activityHref } from '@/navigation/activity-href'

/** Which time the charts of a page show: the last minutes, hours or days, or what was zoomed into, and the way back. */
export function SpanPicker({
  span: { minutes, zoom, setMinutes, setZoom },
  frame,
  pluginId = null,
}: {
  readonly span: TimeSpan
  /** What is shown: that is what a link to it leads to. */
  readonly frame: Frame | null
  /** Whose charts they are; null: those of all plugins. */
  readonly pluginId?: string | null
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const options = RANGES.map((value) => ({ value, label: figures.period(value) }))
  return (
    <div className="flex max-w-full flex-wrap items-center gap-2">
      {zoom && (
        <div className="flex items-center gap-1 rounded-md bg-accent-soft pl-2 text-[13px] text-accent">
          <Link href={activityHref(zoom, pluginId)} className="font-medium hover:underline">
            <SpanText {...zoom} />
          </Link>
          <button
            type="button"
            aria-label={text('charts.backToLive')}
            title={text('charts.backToLive')}
            onClick={() => setZoom(null)}
            className="flex size-7 items-center justify-center rounded-md hover:bg-surface"
          >
            <Icon name="cross" className="size-3" />
          </button>
        </div>
      )}
      <div className="flex min-w-0 items-center gap-2">
        <Segments label={text('charts.range')} value={zoom ? null : minutes} options={options} onChange={setMinutes} />
        {frame && <CopyButton label={text('charts.share')} text={() => linkTo(zoom ?? frame)} />}
      </div>
    </div>
  )
}

/** The address of this page, with the time that it shows now. */
function linkTo({ from, to }: { readonly from: number; readonly to: number }): string {
  const url = new URL(window.location.href)
  url.searchParams.set('from', String(Math.round(from)))
  url.searchParams.set('to', String(Math.round(to)))
  return url.href
}
