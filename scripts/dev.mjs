// `pnpm dev`: builds what is needed, then runs the server and the dashboard with reload. The board is at http://localhost:3000.
import { spawn } from 'node:child_process'
import { root, run, toolEnv } from './command.mjs'

const SITE = 'http://localhost:3000'
// The same host as the site's, so that the browser sends its cookie.
const SERVER = 'http://localhost:7584'

if (
  (await run('turbo', [
    'run',
    'build',
    '--filter=@plugboard/core',
    '--filter=@plugboard/client',
    '--filter=@plugboard/server',
    '--filter=@plugboard/cli',
    '--output-logs=errors-only',
  ])) !== 0
)
  process.exit(1)

const children = [
  start('tsc', ['-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], { cwd: `${root}/packages/core` }),
  // For the threads of its store, which run from what is built.
  start('rolldown', ['--config', '--watch', '--log-level', 'warn'], { cwd: `${root}/apps/server` }),
  start(
    'node',
    ['--watch', '--disable-warning=ExperimentalWarning', '--conditions=@plugboard/source', 'apps/server/src/main.ts'],
    {
      env: {
        PLUGBOARD_HOST: 'localhost',
        PLUGBOARD_ORIGINS: SITE,
        PLUGBOARD_LOG_LEVEL: process.env.PLUGBOARD_LOG_LEVEL ?? 'debug',
      },
    },
  ),
  start('next', ['dev', '--port', '3000'], {
    cwd: `${root}/apps/dashboard`,
    env: { NEXT_PUBLIC_PLUGBOARD_URL: SERVER },
  }),
]
console.log(`The board with reload: ${SITE}`)

function start(command, args, { env = {}, cwd = root }) {
  const path = `${cwd}/node_modules/.bin:${toolEnv.PATH}`
  const child = spawn(command, args, { cwd, env: { ...toolEnv, PATH: path, ...env }, stdio: 'inherit' })
  child.on('exit', () => stop())
  return child
}

let stopping = false
function stop() {
  if (stopping) return
  stopping = true
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
