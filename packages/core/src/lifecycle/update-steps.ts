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
export function stepBack(planned: Pick<Planned, 'from' | 'to' | 'strategy' | 'isActive'>): UpdateStep {
  const isSame = planned.from === planned.to
  const from = isSame ? `the new ${planned.from}` : planned.from
  const to = isSame ? `the former ${planned.to}` : planned.to
  if (!planned.isActive) return step('replace', `${to} counts from now on; ${from} does not run.`)
  const changed = `What ${from} has changed in the state, if its form is another one.`
  switch (planned.strategy) {
    case 'swap':
      return step(
        'go-back',
        `Between two events ${to} goes on, with the state that ${from} exports if it has the same form. ${WAIT}`,
        changed,
      )
    case 'exclusive':
      return step(
        'go-back',
        `${from} is stopped, and ${to} goes on, with the state of ${from} if it has the same form. ${WAIT}`,
        changed,
      )
    case 'restart':
      return step('go-back', `${from} is stopped, and ${to} is started again. ${WAIT}`, `The state of ${from}.`)
  }
}

/** What an update would do, in order. */
export function stepsOf(planned: Planned): UpdateStep[] {
  const { strategy, isActive, starts, watchMs } = planned
  // A folder that was changed has the same version, unless its author has thought of that.
  const isSame = planned.from === planned.to
  const from = isSame ? `the former ${planned.from}` : planned.from
  const to = isSame ? `the new ${planned.to}` : planned.to
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
        step('hand-over', `Between two events ${to} takes over, with the state that ${from} exports. ${WAIT}`, unknown),
        step('watch', `${to} is watched for ${time}; ${from} stands by, and comes back if ${to} fails.`),
      ]
    case 'exclusive':
      return [
        step('stop', `${from} exports its state and is stopped, since both cannot run at once. ${WAIT}`),
        step('start', `${to} is started with that state. If it does not start, ${from} goes on.`, unknown),
        step('watch', `${to} is watched for ${time}; ${from} stands by, and comes back if ${to} fails.`),
      ]
    case 'restart':
      return [
        step('stop', `${from} is stopped. ${WAIT}`, `The state of ${from}.`),
        step('start', `${to} is started. If it does not start, ${from} is started again.`),
        step('watch', `${to} is watched for ${time}; if it fails, ${from} is started again.`),
      ]
  }
}

const WAIT = 'Events wait meanwhile.'

function step(code: UpdateStep['code'], reason: string, loses: string | null = null): UpdateStep {
  return { code, reason: reason.charAt(0).toUpperCase() + reason.slice(1), loses }
}
