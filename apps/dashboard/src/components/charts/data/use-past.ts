'use client'

import type { Operations, Series } from '@plugboard/protocol'
import { useOperation } from '@/live/use-operation'
import type { Frame } from './buckets'
import { gridOf, onGrid } from './past-grid'
import { useHistory } from './use-history'

type HistoryOperation = 'plugins.history' | 'stats.history'
type Subject<Name extends HistoryOperation> = Omit<Operations[Name]['input'], 'from' | 'to' | 'points'>

/** One line of a chart's past. */
export interface PastLine {
  readonly name: string
  readonly fold: 'mean' | 'max'
  readonly ask: { readonly [Name in HistoryOperation]: readonly [name: Name, subject: Subject<Name>] }[HistoryOperation]
}

/**
 * What is kept of these lines within the frame.
 * @param lines may be made anew for each drawing: they are compared by what they say
 * @param frame null asks for nothing
 */
export function usePast(lines: readonly PastLine[], frame: Frame | null): Series | null {
  const call = useOperation()
  return useHistory(JSON.stringify(lines), frame, async (range, of) => {
    const answers = await Promise.all(lines.map(({ ask: [name, subject] }) => call(name, { ...subject, ...range })))
    const values = lines.map(({ name, fold }, index) => [name, onGrid(answers[index]!.points, of, fold)] as const)
    return { at: gridOf(of), values: Object.fromEntries(values) }
  })
}
