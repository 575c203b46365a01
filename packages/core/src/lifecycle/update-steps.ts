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
export function stepBack({
  from,
  to,
  strategy,
  isActive,
}: Pick<Planned, 'from' | 'to' | 'strategy' | 'isActive'>): UpdateStep {
  if (!isActive) return replace(from, to)
  const wait = 'Events wait meanwhile.'
  const changed = `What ${from} has changed in the state, if its form is another one.`
  switch (strategy) {
    case 'swap': {
      const reason = `Between two events ${to} goes on, with the state that ${from} exports if it has the same form. ${wait}`
      return { code: 'go-back', reason, loses: changed }
    }
    case 'exclusive': {
      const reason = `${from} is stopped, and ${to} goes on, with the state of ${from} if it has the same form. ${wait}`
      return { code: 'go-back', reason, loses: changed }
    }
    case 'restart': {
      const reason = `${from} is stopped, and ${to} is started again. ${wait}`
      return { code: 'go-back', reason, loses: `The state of ${from}.` }
    }
  }
}

/** What an update would do, in order. */
export function stepsOf(planned: Planned): UpdateStep[] {
  const { strategy, isActive, starts, watchMs } = planned
  // A folder that was changed has the same version, unless its author has thought of that.
  const isSame = planned.from === planned.to
  const from = isSame ? `the ${planned.from} that runs` : planned.from
  const to = isSame ? `the new ${planned.to}` : planned.to
  const step = (code: UpdateStep['code'], reason: string, loses: string | null = null): UpdateStep => ({
    code,
    reason: capitalized(reason),
    loses,
  })
  const time = watchMs === null ? 'a minute, or longer until enough is seen' : `${watchMs / 1_000} s`
  const unknown = `The state, if ${to} does not take it.`
  if (!isActive) {
    const replaced = replace(planned.from, planned.to)
    return starts ? [replaced, step('start', `${to} is started.`)] : [replaced]
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

function replace(from: string, to: string): UpdateStep {
  const reason = from === to ? `The new ${to} counts from now on.` : `${to} counts from now on; ${from} does not run.`
  return { code: 'replace', reason, loses: null }
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
