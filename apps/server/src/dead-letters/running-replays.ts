import type { EditedEvent, PluginManager, ReplayOptions, ReplayProgress } from '@plugboard/core'
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
  readonly done: Promise<ReplayProgress>
}

/** Replays dead letters, and knows of each replay how far it is. */
export class RunningReplays {
  readonly #manager: PluginManager
  readonly #running = new Set<Replay>()
  #isClosed = false

  constructor(manager: PluginManager) {
    this.#manager = manager
    manager.onDidChange((fact) => {
      if (fact.type === 'unloaded') this.stop(fact.id)
    })
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
    return await this.#run({ pluginId, perSecond: perSecond ?? null }, (options) =>
      this.#manager.replayDeadLetters(pluginId, letterIds, {
        ...options,
        ...(perSecond !== undefined && { perSecond }),
      }),
    )
  }

  /** The same for one event with other data. @throws PluginError as `PluginManager.replayEditedEvent` does */
  async replayEdited(pluginId: string, edited: EditedEvent): Promise<ReplayView> {
    return await this.#run({ pluginId, perSecond: null }, (options) =>
      this.#manager.replayEditedEvent(pluginId, edited, options),
    )
  }

  /** @returns how many were told to end */
  stop(pluginId: string): number {
    const replays = [...this.#running].filter((replay) => replay.pluginId === pluginId)
    for (const { stop } of replays) stop.abort()
    return replays.length
  }

  /** Ends all replays after the event in hand, and waits until what they have done is told. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { stop } of this.#running) stop.abort()
    await Promise.allSettled([...this.#running].map(({ done }) => done))
  }

  list(): RunningReplayView[] {
    return [...this.#running].map(({ pluginId, perSecond, progress }) => {
      return { pluginId, perSecond, ...(progress ?? NOT_BEGUN) }
    })
  }

  async #run(
    of: Pick<Replay, 'pluginId' | 'perSecond'>,
    begin: (options: ReplayOptions) => Promise<ReplayProgress>,
  ): Promise<ReplayView> {
    const stop = new AbortController()
    if (this.#isClosed) stop.abort()
    const onProgress = (progress: ReplayProgress): void => void (replay.progress = progress)
    const replay: Replay = { ...of, stop, progress: null, done: begin({ signal: stop.signal, onProgress }) }
    this.#running.add(replay)
    const done = replay.done.finally(() => this.#running.delete(replay))
    const outcome = await Promise.race([done, sleep(ANSWER_MS, null, { ref: false })])
    if (outcome) return { ...outcome, isRunning: false, isStopped: stop.signal.aborted && outcome.kept > 0 }
    // Its end has no caller any more.
    done.catch(() => {})
    return { ...(replay.progress ?? NOT_BEGUN), isRunning: true, isStopped: false }
  }
}
