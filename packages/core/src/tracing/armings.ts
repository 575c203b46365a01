import { compileTopicPattern, type TopicMatcher } from '@plugboard/plugin-sdk'
import { PluginError } from '../errors/plugin-error.ts'
import { clock } from '../util/clock.ts'
import type { TraceArming } from './trace.ts'

const MAX_ARMINGS = 16
const MAX_EVENTS = 100
const ARMED_MS = 600_000

interface Arming {
  readonly pattern: string
  readonly matches: TopicMatcher
  readonly until: number
  remaining: number
}

/** The patterns whose next events are to be followed, each for ten minutes at most. */
export class Armings {
  #armings: Arming[] = []
  #version = 0

  /** Another one, whenever other types than before may be among them. */
  get version(): number {
    return this.#version
  }

  /** Whether there may be one for this type; one that is over may still be among them. */
  has(type: string): boolean {
    return this.#armings.some(({ matches }) => matches(type))
  }

  /** An event of this type comes. @returns whether it was asked for, in which case it is counted */
  take(type: string): boolean {
    this.#dropOld()
    const arming = this.#armings.find(({ matches }) => matches(type))
    if (!arming) return false
    arming.remaining -= 1
    if (arming.remaining === 0) this.remove(arming.pattern)
    return true
  }

  /**
   * The new number counts where the pattern is among them already.
   * @throws TypeError where the pattern is not one; PluginError `OPTION_INVALID`
   */
  add(pattern: string, events: number): TraceArming {
    const matches = compileTopicPattern(pattern)
    if (!Number.isSafeInteger(events) || events < 1 || events > MAX_EVENTS) {
      const message = `1 to ${MAX_EVENTS} events of a pattern are followed, not ${events}`
      throw new PluginError('OPTION_INVALID', message, { option: 'events' })
    }
    this.#dropOld()
    this.remove(pattern)
    if (this.#armings.length >= MAX_ARMINGS) {
      const message = `${MAX_ARMINGS} patterns are followed already: end one of them`
      throw new PluginError('OPTION_INVALID', message, { option: 'pattern' })
    }
    const arming = { pattern, matches, until: clock.epoch() + ARMED_MS, remaining: events }
    this.#set([...this.#armings, arming])
    return viewOf(arming)
  }

  /** @returns whether it was among them */
  remove(pattern: string): boolean {
    const others = this.#armings.filter((arming) => arming.pattern !== pattern)
    const isKnown = others.length < this.#armings.length
    if (isKnown) this.#set(others)
    return isKnown
  }

  list(): TraceArming[] {
    this.#dropOld()
    return this.#armings.map(viewOf)
  }

  #dropOld(): void {
    const now = clock.epoch()
    if (this.#armings.some(({ until }) => until <= now)) this.#set(this.#armings.filter(({ until }) => until > now))
  }

  #set(armings: Arming[]): void {
    this.#armings = armings
    this.#version += 1
  }
}

function viewOf({ pattern, remaining, until }: Arming): TraceArming {
  return { pattern, remaining, until }
}
