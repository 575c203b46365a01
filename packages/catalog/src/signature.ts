import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { CatalogError } from './errors.ts'

/** It lies in a package beside plugin.json, and is no part of the digest that it signs. */
export const SIGNATURE_FILE = 'plugboard-signature.json'

/** A key whose packages are taken as those of somebody known. */
export interface TrustedKey {
  /** Shown as the signer. */
  readonly name: string
  /** An ed25519 public key in PEM. */
  readonly publicKey: string
}

const signature = z.object({ key: z.string(), signature: z.base64() })

/** What is signed. */
export interface Signed {
  readonly id: string
  readonly version: string
  readonly digest: string
}

/** @param privateKey ed25519, in PEM @returns the text of the signature file @throws TypeError for another key */
export function signPackage(signed: Signed, privateKey: string): string {
  const key = createPrivateKey(privateKey)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('a package is signed with an ed25519 key')
  const text = sign(null, messageOf(signed), key).toString('base64')
  return `${JSON.stringify({ key: fingerprint(createPublicKey(key)), signature: text }, null, 2)}\n`
}

/**
 * The name of the trusted key that signed a package; null where its key is not trusted.
 * @param text of the signature file
 * @throws CatalogError `SIGNATURE_INVALID` for a text that is none, and for a signature of something else
 */
export function signerOf(text: string, signed: Signed, trusted: readonly TrustedKey[]): string | null {
  const parsed = signature.safeParse(parseJson(text))
  if (!parsed.success) throw wrong(null, 'is none')
  const known = trusted.find(({ publicKey }) => fingerprint(createPublicKey(publicKey)) === parsed.data.key)
  if (!known) return null
  const bytes = Buffer.from(parsed.data.signature, 'base64')
  if (!verify(null, messageOf(signed), createPublicKey(known.publicKey), bytes))
    throw wrong(known.name, 'is not one of these files')
  return known.name
}

function messageOf({ id, version, digest }: Signed): Buffer {
  return Buffer.from(`plugboard package\n${id}\n${version}\n${digest}\n`)
}

function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function wrong(signedBy: string | null, why: string): CatalogError<'SIGNATURE_INVALID'> {
  return new CatalogError('SIGNATURE_INVALID', `package refused: its signature ${why}`, { signedBy })
}
