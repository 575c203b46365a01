import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { createApp, type App } from './app.ts'
import { ConfigError, parseConfig, type ServerConfig } from './settings/config.ts'

const STOP_DEADLINE_MS = 20_000

/** Starts the server, says where it is, and ends the process with the first signal, or with one sentence about what is wrong. */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env)
  // Ctrl-C arrives two or three times (the terminal's and npm's): the first one counts, also while we are starting.
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) return
      stopping.abort()
      void stop(starting)
    })
  }
  const starting = start(config, stopping.signal)
  const { url, setUp } = await starting
  const lines = [`Plugboard is running at ${url}/`]
  if (setUp.token !== null) {
    lines.push(
      `There is no account yet. Create the owner account with this link (it works once): ${url}/set-up#token=${setUp.token}`,
    )
  }
  if (!stopping.signal.aborted) console.log(lines.join('\n'))
}

function readConfig(env: NodeJS.ProcessEnv): ServerConfig {
  try {
    const site = createRequire(import.meta.url).resolve('@plugboard/dashboard/package.json')
    return parseConfig(env, join(dirname(site), 'out'))
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : String(error))
  }
}

async function start(config: ServerConfig, signal: AbortSignal): Promise<App> {
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }))
  try {
    return await createApp(config, log, signal)
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

async function stop(starting: Promise<App>): Promise<void> {
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
