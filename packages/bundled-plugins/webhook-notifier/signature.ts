import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/**
 * The `webhook-signature` of Standard Webhooks: HMAC-SHA256 over id, time and body.
 * @param secret `whsec_` and base64, else the text itself is the key
 * @param seconds when it is sent, in epoch seconds
 */
export function signatureOf(
  { id, seconds, body }: { readonly id: string; readonly seconds: number; readonly body: string },
  secret: string,
): string {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}
