/** A place in a text: from, up to and without. */
export type Span = readonly [start: number, end: number]

interface Node {
  readonly next: Map<number, Node>
  readonly depth: number
  /** Where to go on if no pattern continues: the longest end of this one that begins another. */
  fallback: Node | null
  /** The length of the longest pattern that ends here; 0 for none. */
  matched: number
}

function makeNode(depth: number): Node {
  return { next: new Map(), depth, fallback: null, matched: 0 }
}

/**
 * Finds many texts in one pass over another, whatever their number: Aho–Corasick, https://doi.org/10.1145/360825.360855.
 */
export class TextMatcher {
  readonly #root = makeNode(0)

  constructor(patterns: Iterable<string>) {
    for (const pattern of patterns) this.#add(pattern)
    this.#link()
  }

  /**
   * @param extend where what was found ends, if that is behind the pattern
   * @returns the spans of all occurrences, those that overlap as one, in order; and how many of the last characters begin a
   * pattern that the text does not end
   */
  find(
    text: string,
    extend: (start: number, end: number) => number = (_start, end) => end,
  ): { readonly spans: readonly Span[]; readonly begun: number } {
    const spans: [number, number][] = []
    let node = this.#root
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      let next = node.next.get(code)
      while (!next && node.fallback) {
        node = node.fallback
        next = node.next.get(code)
      }
      node = next ?? this.#root
      if (node.matched === 0) continue
      const start = index + 1 - node.matched
      addSpan(spans, start, extend(start, index + 1))
    }
    return { spans, begun: node.next.size > 0 ? node.depth : 0 }
  }

  #add(pattern: string): void {
    let node = this.#root
    for (let index = 0; index < pattern.length; index += 1) {
      const code = pattern.charCodeAt(index)
      const next = node.next.get(code) ?? makeNode(index + 1)
      node.next.set(code, next)
      node = next
    }
    node.matched = pattern.length
  }

  /** Breadth first, so that the fallback of a node is known before those of the nodes behind it. */
  #link(): void {
    const queue = [this.#root]
    for (let node = queue.shift(); node; node = queue.shift()) {
      for (const [code, next] of node.next) {
        let fallback = node.fallback
        while (fallback && !fallback.next.has(code)) fallback = fallback.fallback
        next.fallback = fallback?.next.get(code) ?? this.#root
        next.matched ||= next.fallback.matched
        queue.push(next)
      }
    }
  }
}

/** Patterns come in the order of their ends. */
function addSpan(spans: [number, number][], start: number, end: number): void {
  let [from, until] = [start, end]
  for (let last = spans.at(-1); last && last[1] >= from; last = spans.at(-1)) {
    from = Math.min(from, last[0])
    until = Math.max(until, last[1])
    spans.pop()
  }
  spans.push([from, until])
}
