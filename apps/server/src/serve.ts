import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pino, type Logger } from 'pino'
import { createApp, type App } from './app.ts'
import { LogOutput, printLine, printProblem } from './logs/log-output.ts'
import { ConfigError, parseConfig, type ServerConfig } from './settings/config.ts'

const STOP_DEADLINE_MS = 20_000
/** For the last lines of the log. */
const LOG_SETTLE_MS = 1_000

/** Starts the server, says where it is, and ends the process with the first signal, or with one sentence about what is wrong. */
export async function serve(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env)
  const output = new LogOutput((lines) => log.warn({ lines }, 'lines of this log were lost: stderr did not take them'))
  const log = pino({ level: config.logLevel }, output)
  logOwnProblems(log)
  // Ctrl-C arrives two or three times (the terminal's and npm's): the first one counts, also while we are starting.
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) return
      stopping.abort()
      void stop(starting, output)
    })
  }
  const starting = start(config, { log, output, signal: stopping.signal })
  const { url: ownUrl, setUp } = await starting
  // What people reach it by. On plain loopback an origin is that of a development server.
  const origin = config.behindProxy || config.tls ? config.origins[0] : undefined
  const url = origin === undefined ? ownUrl : origin + config.basePath
  const lines = [`Plugboard is running at ${url}/`]
  if (setUp.token !== null) {
    lines.push(
      `There is no account yet. Create the owner account with this link (it works once): ${url}/set-up#token=${setUp.token}`,
    )
  }
  if (!stopping.signal.aborted) printLine(lines.join('\n'))
}

function readConfig(env: NodeJS.ProcessEnv): ServerConfig {
  try {
    const site = createRequire(import.meta.url).resolve('@plugboard/dashboard/package.json')
    return parseConfig(env, join(dirname(site), 'out'))
  } catch (error) {
    return fail(error instanceof ConfigError ? error.message : String(error))
  }
}

/** Node prints warnings and crashes itself, and waits for stderr while it does. */
function logOwnProblems(log: Logger): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') log.warn({ err: warning }, 'Node.js warns')
  })
  process.on('uncaughtException', (error) => {
    printProblem(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exit(1)
  })
}

async function start(
  config: ServerConfig,
  { log, output, signal }: { readonly log: Logger; readonly output: LogOutput; readonly signal: AbortSignal },
): Promise<App> {
  try {
    return await createApp(config, log, { stop: signal, readLogOutput: () => output.state() })
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

async function stop(starting: Promise<App>, output: LogOutput): Promise<void> {
  // Not `process.exit`, which waits for threads: one that is stuck in a write or a read would keep the process for ever.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_DEADLINE_MS).unref()
  try {
    const app = await starting
    await app.close()
    if (await output.settle(LOG_SETTLE_MS)) process.exit(0)
    process.kill(process.pid, 'SIGKILL')
  } catch (error) {
    fail(String(error))
  }
}

function fail(sentence: string): never {
  printProblem(sentence)
  process.exit(1)
}
