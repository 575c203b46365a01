export type BoardCommand = { readonly type: 'start'; readonly sends: 'deltas' | 'lists' } | { readonly type: 'stop' }

export interface BoardReport {
  readonly port: number
  /** Processor time since the start, in milliseconds. */
  readonly cpuMs: number
}
