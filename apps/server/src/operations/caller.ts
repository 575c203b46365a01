import type { Role } from '@plugboard/protocol/operations'

/** Who asks, and over which road. */
export interface Caller {
  /** A name that people know: an account's address, a token's name. */
  readonly actor: string
  readonly role: Role
  /** `server`: nobody asked, it is Plugboard's own doing. */
  readonly via: 'rest' | 'socket' | 'server'
  readonly address: string
}
