import { clock } from '@plugboard/core'
import { createHmac } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { KeptAnswer } from '../store/tables/idempotency.ts'
import { RequestError } from '../errors/wire-problem.ts'
import { problemOf } from './problem.ts'

export interface KeyedRequest {
  /** As the client sent it. */
  readonly key: string
  readonly actor: string
  /** What makes two requests the same: method, address and body. */
  readonly content: readonly unknown[]
  /** Its answer holds a secret: it is not stored, and a second request is told that the operation was done. */
  readonly showsOnce: boolean
}

const MAX_KEY = 255
const MAX_KEPT_REFUSAL = 16_384
const KEPT_MS = 24 * 3_600_000
/** After this time, an unfinished request is treated as interrupted by the end of its server. */
const IN_DOUBT_MS = 120_000

/** `Idempotency-Key` on writes: the same key gets the same answer, and nothing happens twice. */
export class IdempotencyKeys {
  readonly #store: Store
  readonly #secret: Buffer

  /** @param secret a body may hold a password: the stored form must not reveal it */
  constructor(store: Store, secret: Buffer) {
    this.#store = store
    this.#secret = secret
  }

  /**
   * The key is on disk before the operation runs.
   * @throws RequestError `INPUT_INVALID`, `IDEMPOTENCY_MISMATCH`, `IDEMPOTENCY_PENDING`; StoreError
   */
  async run({ key, actor, content, showsOnce }: KeyedRequest, act: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    if (key.length > MAX_KEY || !/^[\x21-\x7e]+$/.test(key)) {
      throw new RequestError('INPUT_INVALID', `an Idempotency-Key has 1 to ${MAX_KEY} printable ASCII characters`)
    }
    const fingerprint = createHmac('sha256', this.#secret).update(JSON.stringify(content)).digest('hex')
    const now = clock.epoch()
    const known = await this.#store.idempotency.begin({
      key,
      actor,
      fingerprint,
      at: now,
      expiredBefore: now - KEPT_MS,
    })
    if (!known) return await this.#first({ key, actor, showsOnce }, act)
    if (known.fingerprint !== fingerprint) {
      throw new RequestError('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request')
    }
    if (known.answer) return known.answer
    const inDoubt = now - known.at > IN_DOUBT_MS
    const why = inDoubt ? 'started, but its result is unknown: check the state before you try again' : 'is under way'
    throw new RequestError('IDEMPOTENCY_PENDING', `the request with this Idempotency-Key ${why}`)
  }

  async #first(
    { key, actor, showsOnce }: Omit<KeyedRequest, 'content'>,
    act: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer> {
    const answer = await act().catch(async (thrown: unknown) => {
      await this.#store.idempotency.forget({ key, actor })
      throw thrown
    })
    // Nothing has happened: the same request may be tried again.
    if (answer.status === 503 || answer.status === 429 || isLargeRefusal(answer))
      await this.#store.idempotency.forget({ key, actor })
    else await this.#store.idempotency.finish({ key, actor, answer: showsOnce && answer.status < 300 ? SHOWN : answer })
    return answer
  }
}

/** Large refusals are not stored: they can be computed again, and would fill the disk. */
function isLargeRefusal({ status, body }: KeptAnswer): boolean {
  return status >= 400 && (body?.length ?? 0) > MAX_KEPT_REFUSAL
}

const SHOWN = problemOf({
  code: 'IDEMPOTENCY_PENDING',
  message: 'the operation was done; its answer is shown only once',
  details: null,
})
