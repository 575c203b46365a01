import type { WireError } from '@plugboard/protocol'

/**
 * An error from the server. `DISCONNECTED`: the request was not sent. `NO_ANSWER`: it was sent, and the result is
 * unknown. Branch on `code`.
 */
export class ClientError extends Error implements WireError {
  override readonly name = 'ClientError'
  readonly code: string
  readonly details: unknown

  constructor({ code, message, details }: WireError) {
    super(message)
    this.code = code
    this.details = details
  }
}
