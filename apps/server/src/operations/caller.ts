import type { Principal } from '../auth/principal.ts'

/** The principal of an operation, with the transport and the address. */
export interface Caller extends Principal {
  readonly via: 'rest' | 'socket'
  readonly address: string
}
