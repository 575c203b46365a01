// `pnpm e2e [playwright's arguments]`
import { findBrowser } from './browser.mjs'
import { run } from './command.mjs'

const browser = await findBrowser()
const args = ['--dir', 'apps/dashboard', 'exec', 'playwright', 'test', ...process.argv.slice(2)]
process.exitCode = await run('pnpm', args, { env: { PLUGBOARD_BROWSER: browser } })
