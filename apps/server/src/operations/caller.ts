import type { Principal } from '../auth/principal.ts'

/** Who asks, and over which road. */
export interface Caller extends Principal {
  /** `server`: nobody asked, it is Plugboard's own doing. */
  readonly via: 'rest' | 'socket' | 'server'
  readonly address: string
}
