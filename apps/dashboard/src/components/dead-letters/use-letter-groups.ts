'use client'

import type { LetterGroupsView } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useAnswer, type Answer } from '@/live/use-answer'
import { useTopic } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'

const LOOK_MS = 2_000

interface LetterGroups extends Answer<LetterGroupsView> {
  /** Changes whenever letters came or went. */
  readonly version: string
}

/** All dead letters, or those of one plugin, in groups. */
export function useLetterGroups(pluginId: string | null): LetterGroups {
  const { state: board } = useTopic('board')
  const tick = useServerClock(LOOK_MS)
  const [isReplaying, setReplaying] = useState(false)
  const rows = [...(board?.rows.values() ?? [])].filter(({ id }) => pluginId === null || id === pluginId)
  const version = rows
    .filter(({ deadLetters }) => deadLetters > 0)
    // At its bound a plugin keeps as many while old ones give way to new ones: those come with errors.
    .map(({ id, deadLetters, errorCount }) => `${id} ${deadLetters} ${errorCount}`)
    .join()
  const answer = useAnswer(
    'deadLetters.groups',
    pluginId === null ? {} : { id: pluginId },
    // A slow replay may settle nothing for a while, and ends without a word.
    isReplaying ? `${version} ${Math.floor(tick / LOOK_MS)}` : version,
  )
  const replays = answer.value?.replays.length ?? 0
  useEffect(() => setReplaying(replays > 0), [replays])
  return { ...answer, version }
}
