import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RequestError } from '../errors/wire-problem.ts'

const MAX_BYTES = 200 * 1_048_576

/** Packages as they arrive, on disk until they are installed. */
export class Uploads {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'uploads')
  }

  /** Removes what an upload left that was cut short. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  pathOf(upload: string): string {
    return join(this.#folder, `${upload}.tgz`)
  }

  /** @returns what the upload is called @throws RequestError `TOO_LARGE`, and what writing throws */
  async take(body: Readable): Promise<string> {
    const upload = randomUUID()
    await mkdir(this.#folder, { recursive: true })
    let bytes = 0
    const bound = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        if (bytes <= MAX_BYTES) return done(null, chunk)
        done(new RequestError('TOO_LARGE', `a package has at most ${MAX_BYTES} bytes`, { bytes, limit: MAX_BYTES }))
      },
    })
    try {
      await pipeline(body, bound, createWriteStream(this.pathOf(upload), { flags: 'wx' }))
      return upload
    } catch (thrown) {
      await this.remove(upload)
      throw thrown
    }
  }

  async remove(upload: string): Promise<void> {
    await rm(this.pathOf(upload), { force: true })
  }
}
