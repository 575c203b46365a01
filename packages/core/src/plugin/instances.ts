import type { Instance } from '../instance/instance.ts'
import type { InstanceState } from '../instance/instance-state.ts'

/**
 * The instances of one plugin that live: the current one, which its events and operations go to, and those beside it. An
 * update prepares one beside the current one, and afterwards the former one stands by there.
 */
export class Instances {
  readonly #beside = new Set<Instance>()
  #current: Instance | null = null

  get current(): Instance | null {
    return this.#current
  }

  /** Where those stand that the state of the plugin follows from: not the ones beside. */
  get states(): readonly InstanceState[] {
    return this.#current ? [this.#current.state] : []
  }

  all(): Instance[] {
    return [...this.#beside, ...(this.#current ? [this.#current] : [])]
  }

  /** One that has no part in the state of the plugin. */
  addBeside(instance: Instance): void {
    this.#beside.add(instance)
  }

  /** It is the current one from now on; the one that was stays beside it. */
  promote(instance: Instance): void {
    this.setAside()
    this.#beside.delete(instance)
    this.#current = instance
  }

  /** None is the current one: the one that was stays alive beside. */
  setAside(): void {
    if (this.#current) this.#beside.add(this.#current)
    this.#current = null
  }

  /** One that has ended is forgotten. @returns whether it was the current one */
  remove(instance: Instance): boolean {
    this.#beside.delete(instance)
    if (this.#current !== instance) return false
    this.#current = null
    return true
  }
}
