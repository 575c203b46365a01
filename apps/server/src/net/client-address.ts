import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Where a request comes from: behind a proxy of ours what that says last, since all before it is the client's own words. */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  behindProxy: boolean,
): string {
  const forwarded = behindProxy ? String(headers['x-forwarded-for'] ?? '') : ''
  const last = forwarded.split(',').at(-1)!.trim()
  return isIP(last) === 0 ? (socket.remoteAddress ?? '') : last
}
