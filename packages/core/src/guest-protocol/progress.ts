/**
 * Places in the array that the plugin thread shares with its guardian: how many events it has begun and finished, and the
 * last ping that it has answered.
 */
export const PROGRESS = { begun: 0, finished: 1, answered: 2 } as const

/** How many events the thread of a dead guest had begun and finished, as far as its guardian could still tell. */
export interface Progress {
  readonly begun: number
  readonly finished: number
}
