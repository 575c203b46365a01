/** What every bench sends: the event that a host machine publishes most. */
export const EVENT = { type: 'performance.update', data: { metric: 'system.cpu.utilization', value: 0.5 } } as const

/** The same with the stamp that our bus adds, for peers that have none. */
export function stamped(n: number): Record<string, unknown> {
  return { ...EVENT, id: `bench-${n}`, at: 1_700_000_000_000, source: 'bench' }
}
