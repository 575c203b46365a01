import type { WireError } from '@plugboard/protocol'

/**
 * A refusal of the server; `DISCONNECTED` when it could not be asked, `NO_ANSWER` when it was and it is unknown what came
 * of it. Branch on `code`.
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
