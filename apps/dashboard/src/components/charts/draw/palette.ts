import { OTHERS } from '@plugboard/protocol'

const COLORS = 8

/** The colour of the nth series of a chart; what is lumped together is grey. */
export function chartColor(index: number, name?: string): string {
  if (name === OTHERS) return 'var(--color-chart-others)'
  return `var(--color-chart-${(index % COLORS) + 1})`
}

/**
 * Assigns a colour to each name. A name keeps its colour, and a new name gets the same colour in every chart if that is
 * free.
 * @param before what they had so far
 */
export function colorsOf(names: readonly string[], before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const colors = new Map<string, number>()
  for (const name of names) {
    const had = before.get(name)
    if (had !== undefined && ![...colors.values()].includes(had)) colors.set(name, had)
  }
  for (const name of [...names].sort()) {
    if (colors.has(name) || name === OTHERS) continue
    const taken = new Set(colors.values())
    const wanted = hashOf(name) % COLORS
    const free = Array.from({ length: COLORS }, (_, step) => (wanted + step) % COLORS).find((slot) => !taken.has(slot))
    colors.set(name, free ?? wanted)
  }
  return colors
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const sign of text) hash = Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193) >>> 0
  return hash
}
