import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { read, root, run } from './command.mjs'

// The shell has no windows to draw: the same tests take a fifth less time in it.
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Finds a Chromium for the end-to-end tests: PLUGBOARD_BROWSER, an installed one, Playwright's own; else installs one.
 * @returns {Promise<string>} its path
 * @throws {Error} whose message is the command to run
 */
export async function findBrowser() {
  const given = process.env.PLUGBOARD_BROWSER
  if (given) {
    if (existsSync(given)) return given
    throw new Error(`PLUGBOARD_BROWSER is ${given}, but there is no such file.`)
  }
  return (await installed()) ?? playwrights() ?? (await install())
}

async function installed() {
  for (const name of NAMES) {
    const path = await read('which', [name])
    if (path) return path
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return existsSync(mac) ? mac : null
}

function playwrights() {
  const { chromium } = createRequire(join(root, 'apps/dashboard/package.json'))('@playwright/test')
  const path = chromium.executablePath()
  return existsSync(path) ? path : null
}

async function install() {
  const isRoot = process.getuid?.() === 0
  if (isRoot && (await read('which', ['apt-get']))) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    for (const name of ['chromium-headless-shell', 'chromium']) {
      console.log(`No Chromium was found; installing the Debian package ${name}.`)
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env, quiet: true })
      const path = await installed()
      if (path) return path
    }
    throw new Error('No browser. Run: apt-get update && apt-get install -y chromium')
  }
  console.log('No Chromium was found; installing the one of Playwright.')
  await run('pnpm', ['--dir', 'apps/dashboard', 'exec', 'playwright', 'install', 'chromium'], {
    env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '' },
  })
  const path = playwrights()
  if (path) return path
  throw new Error(
    'No browser. Run: npx playwright install chromium, or set PLUGBOARD_BROWSER to the path of a Chromium.',
  )
}
