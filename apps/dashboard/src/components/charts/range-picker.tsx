'use client'

import type { ReactNode } from 'react'
import { Segments } from '@/components/ui/segments'
import { useText } from '@/messages/use-text'
import { RANGES, type RangeMinutes } from './use-frame'

export function RangePicker({
  value,
  onChange,
}: {
  readonly value: RangeMinutes
  readonly onChange: (minutes: RangeMinutes) => void
}): ReactNode {
  const text = useText()
  const options = RANGES.map((minutes) => ({
    value: minutes,
    label: text('charts.minutes', { count: String(minutes) }),
  }))
  return <Segments label={text('charts.range')} value={value} options={options} onChange={onChange} />
}
