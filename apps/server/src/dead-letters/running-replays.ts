import type { PluginManager, ReplayOptions, ReplayProgress } from '@plugboard/core'
import type { ReplayView, RunningReplayView } from '@plugboard/protocol'
import { setTimeout as sleep } from 'node:timers/promises'

/** A replay that takes longer goes on; its caller gets an answer well before it gives up. */
const ANSWER_MS = 10_000
const NOT_BEGUN = { handled: 0, failed: 0, kept: null, error: null }

interface Replay {
  readonly pluginId: string
  readonly perSecond: number | null
  readonly stop: AbortController
  progress: ReplayProgress | null
}

/** Replays dead letters, and knows of each replay how far it is. */
export class RunningReplays {
  readonly #manager: PluginManager
  readonly #running = new Set<Replay>()

  constructor(manager: PluginManager) {
    this.#manager = manager
  }

  /**
   * Answers with the outcome, or after a while with what has been done so far.
   * @throws PluginError as `PluginManager.replayDeadLetters` does
   */
  async replay(
    pluginId: string,
    letterIds: readonly string[] | undefined,
    { perSecond }: Pick<ReplayOptions, 'perSecond'> = {},
  ): Promise<ReplayView> {
    const replay: Replay = { pluginId, perSecond: perSecond ?? null, stop: new AbortController(), progress: null }
    this.#running.add(replay)
    const done = this.#manager
      .replayDeadLetters(pluginId, letterIds, {
        ...(perSecond !== undefined && { perSecond }),
        signal: replay.stop.signal,
        onProgress: (progress) => void (replay.progress = progress),
      })
      .finally(() => this.#running.delete(replay))
    const outcome = await Promise.race([done, sleep(ANSWER_MS, null, { ref: false })])
    if (outcome) return { ...outcome, isRunning: false, isStopped: replay.stop.signal.aborted && outcome.kept > 0 }
    // Its end has no caller any more.
    done.catch(() => {})
    return { ...(replay.progress ?? NOT_BEGUN), isRunning: true, isStopped: false }
  }

  /** @returns how many were told to end */
  stop(pluginId: string): number {
    const replays = [...this.#running].filter((replay) => replay.pluginId === pluginId)
    for (const { stop } of replays) stop.abort()
    return replays.length
  }

  list(): RunningReplayView[] {
    return [...this.#running].map(({ pluginId, perSecond, progress }) => {
      return { pluginId, perSecond, ...(progress ?? NOT_BEGUN) }
    })
  }
}
