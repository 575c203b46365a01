import type { IncomingHttpHeaders } from 'node:http'
import { RequestError } from '../errors/wire-problem.ts'

const STRUCTURED = 'application/cloudevents+json'
const BATCH = 'application/cloudevents-batch+json'

/**
 * The events of a request, in any of the modes of CloudEvents' HTTP binding: binary (attributes in `ce-` headers, data in
 * the body), structured, batched; and plain JSON of one or several.
 * @throws RequestError `INPUT_INVALID` where the body is not what its type says
 */
export function eventsOf(headers: IncomingHttpHeaders, body: unknown): unknown {
  const type = headers['content-type']?.split(';')[0]!.trim().toLowerCase()
  if (type === STRUCTURED && Array.isArray(body)) {
    throw new RequestError('INPUT_INVALID', `${STRUCTURED} is one event; several are ${BATCH}`)
  }
  if (type === BATCH && !Array.isArray(body)) throw new RequestError('INPUT_INVALID', `${BATCH} is a list of events`)
  if (headers['ce-specversion'] === undefined || type === STRUCTURED || type === BATCH) return body
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice('ce-'.length), decode(String(value))] as const] : [],
  )
  return {
    ...Object.fromEntries(attributes),
    ...(type !== undefined && { datacontenttype: type }),
    ...(body !== undefined && { data: body }),
  }
}

/** The binding percent-encodes what a header cannot hold. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw new RequestError('INPUT_INVALID', 'a ce- header is not percent-encoded correctly')
  }
}
