import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PM2 = join(createRequire(import.meta.url).resolve('pm2/package.json'), '../bin/pm2')
const APP = new URL('pm2-app.mjs', import.meta.url).pathname
const RELOADS = 12
const PAUSE_MS = 300
const LOST_MS = 2_000

/**
 * How long nothing is answered while `pm2 reload` replaces a process under requests that follow each other, in milliseconds:
 * the longest time between two answers around each reload.
 */
export async function reloadGaps(folder: string): Promise<number[]> {
  const env = { ...process.env, PM2_HOME: join(folder, 'pm2'), PORT: String(await freePort()) }
  const pm2 = (...args: string[]): Promise<unknown> => run(process.execPath, [PM2, ...args], { env })
  await pm2('start', APP, '--name', 'app', '-i', '1', '--wait-ready')
  const answers: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      if (await ask(Number(env.PORT))) answers.push(performance.now())
      else await sleep(1)
    }
  })()
  try {
    const gaps: number[] = []
    for (let n = 0; n < RELOADS; n += 1) {
      await sleep(PAUSE_MS)
      const from = answers.length - 1
      await pm2('reload', 'app')
      await sleep(PAUSE_MS)
      const around = answers.slice(from)
      gaps.push(Math.max(...around.slice(1).map((at, index) => at - around[index]!)))
    }
    return gaps
  } finally {
    isOver = true
    await asking
    await pm2('kill')
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** @returns whether it was answered */
function ask(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(true))
    })
    asked.on('error', () => resolve(false))
    // A connection that a worker had taken before it was stopped may never be answered.
    asked.setTimeout(LOST_MS, () => asked.destroy())
    asked.end()
  })
}
