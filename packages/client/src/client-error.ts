import type { WireError } from '@plugboard/protocol'

/** A refusal of the server, or `DISCONNECTED` when it cannot be asked. Branch on `code`. */
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
