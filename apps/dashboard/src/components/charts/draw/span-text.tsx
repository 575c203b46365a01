'use client'

import type { ReactNode } from 'react'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

/** From when to when, in words. @param from in epoch milliseconds, as is `to` */
export function SpanText({ from, to }: { readonly from: number; readonly to: number }): ReactNode {
  const text = useText()
  const [begin, end] = useFigures().span(from, to)
  return <span className="figures">{text('charts.zoomed', { from: begin, to: end })}</span>
}
