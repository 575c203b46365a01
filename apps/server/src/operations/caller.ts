import type { Principal } from '../auth/principal.ts'

/** Who asks, and over which road. */
export interface Caller extends Principal {
  readonly via: 'rest' | 'socket'
  readonly address: string
}
