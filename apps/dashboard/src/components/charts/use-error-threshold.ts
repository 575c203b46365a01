'use client'

import { useMemo } from 'react'
import { useText } from '@/messages/use-text'

/** A plugin is unhealthy from this share of failed events on [HL1]. */
const UNHEALTHY_ERROR_RATE = 0.1

export function useErrorThreshold(): { readonly value: number; readonly label: string } {
  const text = useText()
  return useMemo(() => ({ value: UNHEALTHY_ERROR_RATE, label: text('charts.unhealthyFrom') }), [text])
}
