import type { Server } from 'node:http'
import { RequestGuard } from '../apps/server/src/net/request-guard.ts'
import { SocketGateway } from '../apps/server/src/gateway/socket-gateway.ts'
import { TopicHub } from '../apps/server/src/gateway/topic-hub.ts'

/**
 * The server's own gateway without a server behind it: everybody is let in, and asks for what is there.
 * @param topics what each topic begins with
 * @param operations what operations answer; the others answer null
 */
export function openGateway(
  http: Server,
  topics: Readonly<Record<string, () => unknown>>,
  operations: Readonly<Record<string, (input: never) => unknown>> = {},
): { readonly hub: TopicHub; readonly gateway: SocketGateway } {
  const hub = new TopicHub()
  const viewer = { actor: 'bench', role: 'operator', account: null, tokenId: null } as const
  const gateway = new SocketGateway({
    node: 'bench',
    http,
    guard: new RequestGuard({ origins: [], isTls: false }),
    access: { identify: async () => viewer, find: async () => viewer, onDidChange: () => () => {} } as never,
    behindProxy: false,
    hub,
    runner: {
      run: async (name: string, input: never) => ({ ok: true, value: operations[name]?.(input) ?? null }),
    } as never,
    log: { debug: () => {}, error: () => {} } as never,
    snapshotOf: (topic) => topics[topic],
  })
  return { hub, gateway }
}
