import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import { Worker } from 'node:worker_threads'
import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

export type ProbeConfig = {
  /** A file that the plugin may read if it is granted. */
  readonly granted: string
}
export type Reach = { readonly [attempt: string]: 'allowed' | 'denied' }

function attemptsOf({ config, dataPath }: PluginContext<ProbeConfig>): Record<string, () => unknown> {
  return {
    readOwnFolder: () => fs.readFileSync(new URL('./plugin.json', import.meta.url), 'utf8'),
    writeData: () => fs.writeFileSync(`${dataPath}/x`, '1'),
    writeOwnFolder: () => fs.writeFileSync(new URL('./new.txt', import.meta.url), '1'),
    readEtc: () => fs.readFileSync('/etc/hostname'),
    readGranted: () => fs.readFileSync(config.granted, 'utf8'),
    spawn: () => execFileSync('true'),
    worker: () => new Worker('1', { eval: true, execArgv: [] }),
    sqlite: () => process.getBuiltinModule('node:sqlite').DatabaseSync,
    kill: () => process.kill(process.ppid, 0),
    environment: () => {
      // Each host has it, and no plugin is given it.
      if (process.env.PATH === undefined) throw new Error('not given')
    },
    inspector: () => process.getBuiltinModule('node:inspector').open(0),
    connect: () =>
      new Promise<void>((resolve, reject) => {
        const socket = net.connect(9, '127.0.0.1')
        socket.on('connect', resolve)
        // Nothing listens there: being refused by the network means that the attempt was allowed.
        socket.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ERR_ACCESS_DENIED' ? reject(error) : resolve(),
        )
      }),
  }
}

/** Its status says of each attempt whether it was allowed. */
export default definePlugin<ProbeConfig>((context) => ({
  async status() {
    const attempts = Object.entries(attemptsOf(context))
    const outcomes = attempts.map(async ([name, attempt]) => {
      try {
        await attempt()
        return [name, 'allowed'] as const
      } catch {
        return [name, 'denied'] as const
      }
    })
    return Object.fromEntries(await Promise.all(outcomes)) satisfies Reach
  },
}))
