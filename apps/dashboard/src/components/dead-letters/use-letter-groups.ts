'use client'

import type { BoardRow, LetterGroupsView } from '@plugboard/protocol'
import { useEffect, useState } from 'react'
import { useThrottled } from '@/hooks/use-throttled'
import { useAnswer, type Answer } from '@/live/use-answer'
import { useTopic } from '@/live/use-live'
import { useServerClock } from '@/live/use-server-clock'

const LOOK_MS = 2_000
/** A plugin that fails changes the board ten times a second. */
const ASK_EVERY_MS = 1_000

/** All dead letters, or those of one plugin, in groups. */
export function useLetterGroups(pluginId: string | null): Answer<LetterGroupsView> {
  const { state: board } = useTopic('board')
  const tick = useServerClock(LOOK_MS)
  const [isReplaying, setReplaying] = useState(false)
  const rows = [...(board?.rows.values() ?? [])].filter(({ id }) => pluginId === null || id === pluginId)
  const version = useLettersVersion(rows)
  const answer = useAnswer(
    'deadLetters.groups',
    pluginId === null ? {} : { id: pluginId },
    // A slow replay may settle nothing for a while, and ends without a word.
    isReplaying ? `${version} ${Math.floor(tick / LOOK_MS)}` : version,
  )
  const replays = answer.value?.replays.length ?? 0
  useEffect(() => setReplaying(replays > 0), [replays])
  return answer
}

/** Changes whenever one of the plugins has other letters than before, at most once a second. */
export function useLettersVersion(plugins: readonly BoardRow[]): string {
  return useThrottled(plugins.map(lettersVersion).join(''), ASK_EVERY_MS)
}

function lettersVersion({ id, deadLetters, errorCount }: BoardRow): string {
  // At its bound it keeps as many while old ones give way to new ones: those come with errors.
  return deadLetters === 0 ? '' : `${id} ${deadLetters} ${errorCount},`
}
