/** A queue with both ends open, in a ring that grows by doubling: O(1) at either end. */
export class Deque<T> {
  #items: (T | undefined)[] = new Array<T | undefined>(16)
  #head = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#grow()
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item
    this.#length += 1
  }

  unshift(item: T): void {
    if (this.#length === this.#items.length) this.#grow()
    this.#head = (this.#head - 1) & (this.#items.length - 1)
    this.#items[this.#head] = item
    this.#length += 1
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#items.length - 1)
    this.#length -= 1
    return item
  }

  pop(): T | undefined {
    if (this.#length === 0) return undefined
    this.#length -= 1
    const at = (this.#head + this.#length) & (this.#items.length - 1)
    const item = this.#items[at]
    this.#items[at] = undefined
    return item
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head]
  }

  #grow(): void {
    const bigger = new Array<T | undefined>(this.#items.length * 2)
    for (let at = 0; at < this.#length; at += 1) bigger[at] = this.#items[(this.#head + at) & (this.#items.length - 1)]
    this.#items = bigger
    this.#head = 0
  }
}
