import type { JsonObject } from '@plugboard/plugin-sdk'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_FILE, KEY_FILE, syncFolder } from './files.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/** The key is missing, or is not the one that sealed what is stored. Its message is one sentence. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError'
}

/** Encrypts JSON at rest, AES-256-GCM. What was sealed in one place cannot be opened as if it lay in another. */
export class SecretBox {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** @param place where it is stored, such as `config/one/3` */
  seal(value: JsonObject, place: string): Uint8Array {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#key, iv).setAAD(Buffer.from(place))
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), text])
  }

  /** @throws SecretKeyError */
  open(sealed: Uint8Array, place: string): JsonObject {
    const bytes = Buffer.from(sealed)
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      return JSON.parse(text.toString('utf8')) as JsonObject
    } catch (cause) {
      const message = `The secrets of ${place} cannot be opened: put back the file ${KEY_FILE}, or the PLUGBOARD_SECRET_KEY, that they were stored with.`
      throw new SecretKeyError(message, { cause })
    }
  }
}

/**
 * The key of a data folder: what the environment says, else the file, which is made with the folder's first start.
 * @param given 32 bytes in base64, or null
 * @throws SecretKeyError, or the error of the file system
 */
export function secretKey(dataDir: string, given: string | null): Buffer {
  if (given !== null) return checked(given, 'PLUGBOARD_SECRET_KEY')
  const file = join(dataDir, KEY_FILE)
  if (!existsSync(file)) makeKey(dataDir, file)
  chmodSync(file, 0o600)
  return checked(readFileSync(file, 'utf8').trim(), `The file ${KEY_FILE}`)
}

/**
 * The key is complete on disk before the file gets its final name. Otherwise a crash could lose the key of stored
 * secrets.
 */
function makeKey(dataDir: string, file: string): void {
  if (existsSync(join(dataDir, DATABASE_FILE))) {
    throw new SecretKeyError(
      `The file ${KEY_FILE} is missing: put it back, or set the PLUGBOARD_SECRET_KEY that the secrets were stored with.`,
    )
  }
  const partial = `${file}.partial`
  writeFileSync(partial, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true })
  renameSync(partial, file)
  syncFolder(dataDir)
}

function checked(text: string, name: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length === KEY_BYTES) return key
  throw new SecretKeyError(
    `${name} must hold ${KEY_BYTES} bytes in base64: \`openssl rand -base64 ${KEY_BYTES}\` makes them.`,
  )
}
