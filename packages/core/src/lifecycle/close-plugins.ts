import { dependentsOf, startOrder } from '../catalog/dependency-graph.ts'
import type { Plugin } from '../plugin/plugin.ts'
import type { PluginRegistry } from '../plugin/registry.ts'
import { within } from '../util/within.ts'

const SETTLE_MS = 5_000

/**
 * Stops all plugins, each after those that depend on it, for at most `closeMs`; then kills what is left, and waits until
 * nothing of any of them is alive [SH1.a].
 */
export async function closePlugins(
  registry: PluginRegistry,
  { closeMs, stop }: { readonly closeMs: number; readonly stop: (plugin: Plugin) => Promise<void> },
): Promise<void> {
  const order = startOrder(registry.nodes()).toReversed()
  const endings = new Map<string, Promise<void>>()
  for (const { id } of order) {
    const dependents = dependentsOf(id, order).flatMap((node) => endings.get(node.id) ?? [])
    endings.set(id, endAfter(dependents, registry.get(id), stop))
  }
  const all = Promise.allSettled(endings.values())
  const deadline = Promise.withResolvers<void>()
  const timer = setTimeout(deadline.resolve, closeMs)
  await Promise.race([all, deadline.promise])
  clearTimeout(timer)
  await Promise.all(registry.all().map((plugin) => plugin.dispose()))
  // The operations of killed plugins end soon, and settle the events that were in flight. One that waits for its host,
  // such as a `persist` that never settles, holds nothing up.
  await within(all, SETTLE_MS)
}

async function endAfter(
  dependents: readonly Promise<void>[],
  plugin: Plugin,
  stop: (plugin: Plugin) => Promise<void>,
): Promise<void> {
  await Promise.allSettled(dependents)
  await plugin.operations.run('close', () => stop(plugin), { aborts: true })
}
