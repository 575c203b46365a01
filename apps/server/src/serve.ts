import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { createApp, type App } from './app.ts'
import { ConfigError, parseConfig, type ServerConfig } from './config.ts'

const STOP_DEADLINE_MS = 20_000

// What lies in the data folder is this user's alone.
process.umask(0o077)
const config = readConfig()
const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }))
// Ctrl-C arrives two or three times (the terminal's and npm's): the first one counts, also while we are starting.
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) return
    stopping.abort()
    void stop()
  })
}
const starting = start()
const { url, setUp } = await starting
const lines = [`Plugboard is running at ${url}/`]
if (setUp.token !== null) {
  lines.push(`Nobody can sign in yet. This link makes the owner, once: ${url}/set-up#token=${setUp.token}`)
}
if (!stopping.signal.aborted) console.log(lines.join('\n'))

function readConfig(): ServerConfig {
  try {
    const site = createRequire(import.meta.url).resolve('@plugboard/dashboard/package.json')
    return parseConfig(process.env, join(dirname(site), 'out'))
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : String(error))
  }
}

async function start(): Promise<App> {
  try {
    return await createApp(config, log, stopping.signal)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      return fail(
        `Port ${config.port} on ${config.host} is in use; stop what listens there, or set PLUGBOARD_PORT to another one.`,
      )
    }
    return fail(message)
  }
}

async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref()
  try {
    const app = await starting
    await app.close()
    process.exit(0)
  } catch (error) {
    fail(String(error))
  }
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}
