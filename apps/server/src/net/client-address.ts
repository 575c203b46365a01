import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * The address of the client. Behind our proxy it is the last entry of `x-forwarded-for`, with or without a port: the
 * client can forge the earlier ones.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  behindProxy: boolean,
): string {
  const forwarded = behindProxy ? String(headers['x-forwarded-for'] ?? '') : ''
  const last = withoutPort(forwarded.split(',').at(-1)!.trim())
  return isIP(last) === 0 ? (socket.remoteAddress ?? '') : last
}

/** Of `192.0.2.7:5000` and `[2001:db8::7]:5000`; also `[2001:db8::7]` becomes a bare address. */
function withoutPort(entry: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry
}
