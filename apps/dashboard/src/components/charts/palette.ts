import { OTHERS } from '@plugboard/protocol'

const COLORS = 8

/** The colour of the nth series of a chart; what is lumped together is grey. */
export function chartColor(index: number, name?: string): string {
  if (name === OTHERS) return 'var(--color-chart-others)'
  return `var(--color-chart-${(index % COLORS) + 1})`
}
