'use client'

import type { PluginView } from '@plugboard/protocol'
import { useMemo } from 'react'
import { marksOf, type EventMark } from '@/components/charts/event-marks'
import { useAnswer } from '@/live/use-answer'
import { useSay } from '@/messages/use-say'

const MAX_READ = 300

/** What happened to a plugin, for the time axes of its charts; read anew when something has. */
export function usePluginMarks({ id, configRevision, state, lastError }: PluginView): readonly EventMark[] {
  const version = `${configRevision} ${state} ${lastError?.at}`
  const { value } = useAnswer('timeline.list', { id, limit: MAX_READ }, version)
  const say = useSay()
  return useMemo(() => marksOf(value ?? [], say), [value, say])
}
