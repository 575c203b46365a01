import type { Role } from '@plugboard/protocol/operations'

/** Who a request comes from, once that is proven. */
export interface Principal {
  /** A name that people know: an account's address, or a token's name. */
  readonly actor: string
  readonly role: Role
  /** Null for a token. */
  readonly account: { readonly id: string; readonly sessionId: string } | null
  /** The id of the API token; null for an account, or for the token of the environment. */
  readonly tokenId: string | null
}
