import { CatalogError } from '@plugboard/catalog'
import { PluginError } from '@plugboard/core'
import { ERROR_STATUS, type Problem, type WireError } from '@plugboard/protocol'
import { STATUS_CODES } from 'node:http'
import { ZodError } from 'zod'
import { BackupError } from '../store/backup.ts'
import { SecretKeyError } from '../store/secret-box.ts'
import { StoreError } from '../store/store-error.ts'

/** An error of the server itself, with a code of the wire. */
export class RequestError extends Error implements WireError {
  override readonly name = 'RequestError'
  readonly code: string
  readonly details: unknown

  constructor(code: string, message: string, details: unknown = null) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** Converts a thrown value to the error that a client gets. Stacks of the server are never sent. */
export function toWire(thrown: unknown): WireError {
  if (thrown instanceof RequestError) return { code: thrown.code, message: thrown.message, details: thrown.details }
  if (thrown instanceof PluginError && thrown.code !== 'INTERNAL') {
    return { code: thrown.code, message: thrown.message, details: thrown.details }
  }
  if (thrown instanceof CatalogError) return { code: thrown.code, message: thrown.message, details: thrown.details }
  if (thrown instanceof StoreError) {
    return { code: 'STORE_UNAVAILABLE', message: thrown.message, details: { trouble: thrown.trouble } }
  }
  if (thrown instanceof BackupError) return { code: 'STORE_UNAVAILABLE', message: thrown.message, details: null }
  if (thrown instanceof SecretKeyError) return { code: 'STORE_UNAVAILABLE', message: thrown.message, details: null }
  if (thrown instanceof ZodError) {
    const details = thrown.issues.slice(0, 20).map(({ path, code, message }) => ({
      pointer: path.map((part) => `/${String(part)}`).join(''),
      rule: code,
      message,
    }))
    const text = details.map(({ pointer, message }) => `${pointer || 'the input'}: ${message}`).join('; ')
    return { code: 'INPUT_INVALID', message: text, details }
  }
  return { code: 'INTERNAL', message: 'The server failed; its log says why.', details: null }
}

export function statusOf({ code }: WireError): number {
  return ERROR_STATUS[code] ?? 500
}

/** RFC 9457 problem details. */
export function toProblem(error: WireError): Problem {
  const status = statusOf(error)
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: error.message, ...error }
}
