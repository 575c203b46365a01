// `npm test`. Runs on whatever Node there is, from 20 on: it only installs, then hands over to the pinned one.
import { run } from './command.mjs'

const PNPM = ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']

if ((await run('npx', PNPM)) === 0) process.exit(await run('node', ['scripts/suites.mjs']))
console.error('The install failed.')
console.log('0 passed, 1 failed')
process.exit(1)
