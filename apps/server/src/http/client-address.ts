import type { IncomingMessage } from 'node:http'

/** Where a request comes from: behind a proxy of ours what that says last, since all before it is the client's own words. */
export function clientAddress({ headers, socket }: IncomingMessage, behindProxy: boolean): string {
  const forwarded = behindProxy ? String(headers['x-forwarded-for'] ?? '') : ''
  return forwarded.split(',').at(-1)!.trim() || socket.remoteAddress || ''
}
