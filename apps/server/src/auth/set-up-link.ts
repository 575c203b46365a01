import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The one-time secret that lets the first person in; it is printed, never stored, and works once. */
export class SetUpLink {
  #token: string | null

  /** @param isNeeded there is no account yet */
  constructor(isNeeded: boolean) {
    this.#token = isNeeded ? randomBytes(24).toString('base64url') : null
  }

  /** Null once it was used, or where it is not needed. */
  get token(): string | null {
    return this.#token
  }

  fits(token: string): boolean {
    return this.#token !== null && timingSafeEqual(sha256(token), sha256(this.#token))
  }

  /** @returns a function that makes the token valid again, for when no account was created */
  use(): () => void {
    const token = this.#token
    this.#token = null
    return () => void (this.#token = token)
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
