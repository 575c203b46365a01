import type { EventInput } from '@plugboard/plugin-sdk'
import {
  encodeData,
  encodedLength,
  encodeMore,
  encodeRuns,
  encodeValues,
  TIME_BASE,
  type Encodable,
  type EncodedData,
} from '../guest-protocol/event-codec.ts'
import { describeThrown } from '../guest-protocol/thrown.ts'
import { PUBLISH_CREDITS, type PublicationReceipt } from '../guest-protocol/message.ts'
import { Deque } from '../util/deque.ts'
import type { Provenance } from './event-runner.ts'
import { checkJson, checkObject, notJson } from './check-argument.ts'
import { HostRefusal } from './host-link.ts'

// Taken before the plugin is imported: it may replace the globals.
const { queueMicrotask } = globalThis

/** As the host’s limit; checked here so that a batch fits into a frame. */
const MAX_EVENT_CHARACTERS = 256 * 1_024
const MAX_BATCH_CHARACTERS = 256 * 1_024
const MAX_BATCH_EVENTS = 256
/** Publications that wait for credits; more are refused. */
const MAX_WAITING = 20_000
/** Refusals that are told of one followed event, and how much of a type: as much as the host reads. */
const MAX_TOLD = 20
const MAX_TOLD_TYPE = 16_384

interface Waiting extends Encodable, Provenance {
  /** How many characters it adds to a batch at most. */
  readonly length: number
  readonly resolve: () => void
  readonly reject: (error: HostRefusal) => void
}

interface PublisherOptions {
  /** The ids of its events begin with it. */
  readonly idPrefix: string
  readonly source: string
  /** Takes a batch of publications, encoded. */
  readonly send: (text: string) => void
  /** Takes what was refused here while a followed event was handled. @param cause its key */
  readonly onRefused: (cause: number, refusal: Refusal) => void
}

interface Refusal {
  readonly type: string
  readonly code: string
  readonly message: string
}

/**
 * Sends a plugin’s publications to the host. Those of one turn of the event loop are batched, in the same run format as
 * events to guests. Guest and host number publications in the same way, so a receipt names only the refused ones.
 */
export class Publisher {
  readonly #options: PublisherOptions
  /** What has not been sent, and what was sent and not settled; each the oldest first. */
  readonly #waiting = new Deque<Waiting>()
  readonly #underWay = new Deque<Waiting>()
  #nextNumber = 0
  /** Refused here since the last batch. */
  #refused = 0
  #isFlushDue = false
  /** The followed event whose refusals were told last, and how many. */
  #toldOf = 0
  #told = 0
  #settledCount = 0
  /** Those that wait until so many are settled, the fewest first. */
  readonly #whenSettled: { readonly count: number; readonly resolve: () => void }[] = []

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /**
   * @returns its id, once the bus has accepted it
   * @throws HostRefusal as the bus does; TypeError where the data is not JSON
   */
  publish(event: EventInput, provenance: Provenance): Promise<string> {
    const published = this.#publish(event, provenance)
    // A plugin that does not wait for its publications is not ended because one of them was refused.
    published.catch(() => {})
    return published
  }

  /** Counts a publication that was refused here; the host learns it also if no other follows. */
  #refuse(): void {
    this.#refused += 1
    this.#flushSoon()
  }

  /** A handler that is refused often is not told on each time. */
  #tellRefusal(cause: number, event: unknown, thrown: unknown): void {
    if (cause !== this.#toldOf) [this.#toldOf, this.#told] = [cause, 0]
    this.#told += 1
    if (this.#told > MAX_TOLD) return
    const { type } = (event ?? {}) as { readonly type?: unknown }
    const { message } = describeThrown(thrown)
    const code = thrown instanceof HostRefusal ? thrown.code : 'EVENT_INVALID'
    const name = typeof type === 'string' ? type.slice(0, MAX_TOLD_TYPE) : ''
    this.#options.onRefused(cause, { type: name, code, message })
  }

  async #publish(event: EventInput, provenance: Provenance): Promise<string> {
    let encodable
    try {
      encodable = this.#encode(event)
    } catch (thrown) {
      this.#refuse()
      if (provenance.cause !== 0) this.#tellRefusal(provenance.cause, event, thrown)
      throw thrown
    }
    // From here on nothing may throw: the host numbers each publication that it gets.
    const id = this.#options.idPrefix + (this.#nextNumber++).toString(36)
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ...encodable, ...provenance, resolve, reject })
      if (this.#waiting.length >= MAX_BATCH_EVENTS) this.#flush()
      else this.#flushSoon()
    })
    return id
  }

  /** @throws HostRefusal; TypeError where the data is not JSON */
  #encode(event: EventInput): Encodable & { readonly length: number } {
    checkObject('eventBus.publish: event', event)
    const { type, data, source = this.#options.source, subject, traceparent } = event
    checkText(type, 'type')
    checkText(source, 'source')
    if (subject != null) checkText(subject, 'subject')
    if (traceparent != null) checkText(traceparent, 'traceparent')
    const encoded = encode(data)
    const more = subject != null || traceparent != null
    const plain = encodeValues(null, TIME_BASE, encoded.values)
    const values = more ? plain + encodeMore({ subject, traceparent }) : plain
    const length = encodedLength({ type, source, keys: encoded.keys, values })
    if (length > MAX_EVENT_CHARACTERS) {
      throw new HostRefusal('TOO_LARGE', `an event of ${length} characters; the limit is ${MAX_EVENT_CHARACTERS}`)
    }
    if (this.#waiting.length >= MAX_WAITING) {
      throw new HostRefusal(
        'RATE_LIMITED',
        `more than ${MAX_WAITING} publications wait for the host: await some of them`,
      )
    }
    return { type, source, origin: null, more, keys: encoded.keys, values, length }
  }

  /** Resolves when the host has answered all publications so far. */
  async settled(): Promise<void> {
    const count = this.#nextNumber
    if (this.#settledCount >= count) return
    await new Promise<void>((resolve) => this.#whenSettled.push({ count, resolve }))
  }

  /** The host has taken the oldest publications under way, or refused them. */
  settle({ count, refused }: PublicationReceipt): void {
    const refusals = new Map(refused.map((refusal) => [refusal.index, refusal]))
    for (let index = 0; index < count; index += 1) {
      const publication = this.#underWay.shift()
      const refusal = refusals.get(index)
      if (refusal) publication?.reject(new HostRefusal(refusal.code, refusal.message))
      else publication?.resolve()
    }
    this.#settledCount += count
    while (this.#whenSettled[0] && this.#whenSettled[0].count <= this.#settledCount)
      this.#whenSettled.shift()!.resolve()
    this.#flush()
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    queueMicrotask(() => {
      this.#isFlushDue = false
      this.#flush()
    })
  }

  #flush(): void {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      for (const publication of batch) this.#underWay.push(publication)
      const hops = encodeCounts(batch.map((one) => one.hops))
      const causes = encodeCounts(batch.map((one) => one.cause))
      // Inline, the receipt comes before this returns.
      const refused = this.#refused
      this.#refused = 0
      const runs = encodeRuns(batch)
      this.#options.send(`{"kind":"publish","hops":${hops},"causes":${causes},"refused":${refused},"runs":${runs}}`)
    }
    if (this.#refused === 0 || this.#underWay.length > 0) return
    const refused = this.#refused
    this.#refused = 0
    this.#options.send(`{"kind":"publish","hops":null,"causes":null,"refused":${refused},"runs":[]}`)
  }

  #nextBatch(): Waiting[] {
    const limit = Math.min(PUBLISH_CREDITS - this.#underWay.length, MAX_BATCH_EVENTS)
    const batch: Waiting[] = []
    let characters = 0
    while (batch.length < limit) {
      const next = this.#waiting.peek()
      if (!next) break
      characters += next.length
      if (batch.length > 0 && characters > MAX_BATCH_CHARACTERS) break
      this.#waiting.shift()
      batch.push(next)
    }
    return batch
  }
}

function encodeCounts(counts: readonly number[]): string {
  return counts.some((count) => count > 0) ? `[${counts.join(',')}]` : 'null'
}

/** @throws TypeError for data that JSON refuses or leaves out */
function encode(data: unknown): EncodedData {
  if (typeof data !== 'object' && data !== undefined) checkJson('eventBus.publish: data', data)
  try {
    return encodeData(data)
  } catch (cause) {
    throw notJson('eventBus.publish: data', cause)
  }
}

/** Plugins are not always type-checked. @throws HostRefusal `EVENT_INVALID` */
function checkText(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new HostRefusal('EVENT_INVALID', `event refused: ${name} must be text`)
}
