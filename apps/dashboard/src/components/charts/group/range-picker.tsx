'use client'

import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useText } from '@/messages/use-text'
import { rangeParts, RANGES, type RangeMinutes } from '@/components/charts/data/ranges'

export function RangePicker({
  value,
  onChange,
}: {
  readonly value: RangeMinutes
  readonly onChange: (minutes: RangeMinutes) => void
}): ReactNode {
  const text = useText()
  const options = RANGES.map((minutes) => {
    const { count, unit } = rangeParts(minutes)
    return { value: minutes, label: text(`charts.span.${unit}`, { count: String(count) }) }
  })
  return <Segments label={text('charts.range')} value={value} options={options} onChange={onChange} />
}
