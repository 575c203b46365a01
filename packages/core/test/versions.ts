import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PluginManager, PluginManagerOptions, VersionSource } from '../src/index.ts'
import type { Fault, Sequence } from './plugins/sequence.ts'
import { createManager, custom, statsOf, until, writePlugin, type PluginFiles } from './support.ts'

/** A version of the plugin that follows numbered events. @returns its folder */
export async function writeVersion(version: string, fault: Fault = null, more: PluginFiles = {}): Promise<string> {
  const code = await readFile(new URL('plugins/sequence.ts', import.meta.url), 'utf8')
  return writePlugin('one', {
    version,
    code: code.replace('const FAULT: Fault = null', `const FAULT: Fault = ${JSON.stringify(fault)} as Fault`),
    ...more,
  })
}

/** What is published while the versions change places must wait, not be dropped. */
export const ROOMY = { mailboxCapacity: 1_000_000 }

export async function createSequence(options: PluginManagerOptions & { config?: object } = {}): Promise<PluginManager> {
  const { config = {}, ...rest } = options
  const manager = await createManager({ ...ROOMY, ...rest })
  await manager.loadPlugin(await writeVersion('1.0.0'), { config: config as never })
  return manager
}

export const sequenceOf = async (manager: PluginManager): Promise<Sequence> =>
  (await manager.getPluginStatus('one')) as unknown as Sequence
export const versionOf = (manager: PluginManager): string => manager.getPlugin('one')!.metadata.version

/** Publishes numbered events until it is stopped. @returns how many there were */
export function publishNumbers(manager: PluginManager, perTurn: number): () => Promise<number> {
  let published = 0
  const timer = setInterval(() => {
    for (let n = 0; n < perTurn; n += 1) manager.context.eventBus.publish(custom('x', published++))
  }, 1)
  return async () => {
    clearInterval(timer)
    await until(() => {
      const { mailboxDepth, inFlight } = statsOf(manager, 'one')
      return mailboxDepth + inFlight === 0
    }, 'the events were not handled')
    return published
  }
}

/** Installed versions of the plugin, by version: its folder. */
export function sourceOf(folders: Readonly<Record<string, string>>): VersionSource {
  return {
    async release(id, version) {
      const folder = folders[version]
      if (folder === undefined)
        throw Object.assign(new Error(`${id} ${version} is not installed`), { code: 'VERSION_NOT_FOUND' })
      const metadata = JSON.parse(await readFile(join(folder, 'plugin.json'), 'utf8')) as PluginMetadata
      return { metadata: { ...inferred, ...metadata }, folder, digest: version.repeat(10) }
    },
  }
}
const inferred = {
  name: 'one',
  description: '',
  author: '',
  license: '',
  dependencies: {},
  permissions: [],
  events: ['**'],
  pluginType: 'Custom',
} as const
