import type { UpdateStrategy } from '../plugin/update.ts'

/** One step of an update that is planned. */
export interface UpdateStep {
  readonly code: 'prepare' | 'hand-over' | 'stop' | 'start' | 'replace' | 'watch' | 'go-back'
  /** One plain sentence. */
  readonly reason: string
  /** What is lost by it, in one plain sentence; null: nothing. */
  readonly loses: string | null
}

interface Planned {
  readonly from: string
  readonly to: string
  readonly strategy: UpdateStrategy
  readonly isActive: boolean
  /** It is started where it does not run. */
  readonly starts: boolean
  /** Null: until enough was seen. */
  readonly watchMs: number | null
}

/** How the former version of an update that is watched comes back. */
export function stepBack(from: string, to: string): UpdateStep {
  const reason = `Between two events ${to} goes on, with the state that ${from} exports if it has the same form. Events wait meanwhile.`
  return { code: 'go-back', reason, loses: `What ${from} has changed in the state, if its form is another one.` }
}

/** What an update would do, in order. */
export function stepsOf({ from, to, strategy, isActive, starts, watchMs }: Planned): UpdateStep[] {
  const step = (code: UpdateStep['code'], reason: string, loses: string | null = null): UpdateStep => ({
    code,
    reason,
    loses,
  })
  const time = watchMs === null ? 'a minute, or longer until enough is seen' : `${watchMs / 1_000} s`
  const unknown = `The state, if ${to} does not take it.`
  if (!isActive) {
    const replace = step('replace', `${to} counts from now on; ${from} does not run.`)
    return starts ? [replace, step('start', `${to} is started.`)] : [replace]
  }
  switch (strategy) {
    case 'swap':
      return [
        step('prepare', `${to} is imported and initialized beside ${from}, which goes on.`),
        step(
          'hand-over',
          `Between two events ${to} takes over, with the state that ${from} exports. Events wait meanwhile.`,
          unknown,
        ),
        step('watch', `${to} is watched for ${time}; ${from} stands by, and comes back if ${to} fails.`),
      ]
    case 'exclusive':
      return [
        step('stop', `${from} exports its state and is stopped, since both cannot run at once. Events wait meanwhile.`),
        step('start', `${to} is started with that state. If it does not start, ${from} goes on.`, unknown),
        step('watch', `${to} is watched for ${time}; ${from} stands by, and comes back if ${to} fails.`),
      ]
    case 'restart':
      return [
        step('stop', `${from} is stopped. Events wait meanwhile.`, `The state of ${from}.`),
        step('start', `${to} is started. If it does not start, ${from} is started again.`),
        step('watch', `${to} is watched for ${time}; if it fails, ${from} is started again.`),
      ]
  }
}
