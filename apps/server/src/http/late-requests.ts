import type { FastifyInstance, FastifyRequest } from 'fastify'

const ANSWER = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/** A request that does not arrive as a whole in time holds its connection no longer, but for those that may take longer. */
export function endLateRequests(
  app: FastifyInstance,
  {
    withinMs,
    mayTakeLonger,
  }: { readonly withinMs: number; readonly mayTakeLonger: (request: FastifyRequest) => boolean },
): void {
  app.addHook('onRequest', async (request) => {
    const { raw } = request
    if (raw.complete || mayTakeLonger(request)) return
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.end(ANSWER)
    }, withinMs).unref()
    raw.once('close', () => clearTimeout(timer))
  })
}
