// What `npm test` runs once everything is installed: the checks and every suite. The last line of the output gives the
// number of passed and failed checks and tests.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBrowser } from './browser.mjs'
import { CHECKS, runChecks } from './check.mjs'
import { run } from './command.mjs'
import { startLoad } from './load.mjs'

const reports = mkdtempSync(join(tmpdir(), 'plugboard-test-'))
const totals = { passed: 0, failed: 0 }
const isUnderLoad = process.env.PLUGBOARD_TEST_UNDER_LOAD === '1'
let endLoad = () => {}

const browser = await findBrowser().catch((error) => stop(error.message))
console.log(`Browser: ${browser}`)
if ((await run('turbo', ['run', 'build', '--output-logs=errors-only'])) !== 0) stop('The build failed.')
if (isUnderLoad) {
  console.log('Two processes keep both processors busy beside the tests.')
  endLoad = startLoad()
}
// The checks run at the lowest priority and use the processor time that the tests leave free. Under load no time is
// left free, so the checks run at normal priority.
const checking = runChecks([...CHECKS], { isPatient: !isUnderLoad })
count(await runVitest('!faults', '!floods'))
const checks = await checking
count({ passed: checks.passed, failed: checks.failed.length })
// These tests measure how a fault affects other plugins. They run alone, because other load would change the result.
count(await runVitest('faults', 'floods'))
count(await runPlaywright())
// The failed checks are listed once more, because their first messages are far above, between those of the tests.
for (const name of checks.failed) console.log(`✗ ${name}`)
finish()

/** @param {string[]} projects names of the projects to run; a name with `!` in front is a project to leave out */
async function runVitest(...projects) {
  const file = join(reports, `${projects.join('-').replaceAll('!', 'not-')}.json`)
  const chosen = projects.map((name) => `--project=${name}`)
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run('vitest', args, { env: { PLUGBOARD_BUILT: '1' } })
  const { numPassedTests: passed, numFailedTests: failed } = readReport(file)
  return { passed, failed: code === 0 ? failed : Math.max(1, failed) }
}

async function runPlaywright() {
  const file = join(reports, 'playwright.json')
  const args = ['--dir', 'apps/dashboard', 'exec', 'playwright', 'test', '--reporter=list,json']
  const code = await run('pnpm', args, { env: { PLUGBOARD_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: file } })
  const { expected: passed, unexpected, flaky } = readReport(file).stats ?? { expected: 0, unexpected: 0, flaky: 0 }
  return { passed, failed: code === 0 ? unexpected + flaky : Math.max(1, unexpected + flaky) }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 }
  }
}

function count({ passed, failed }) {
  totals.passed += passed
  totals.failed += failed
}

function stop(message) {
  console.error(message)
  totals.failed += 1
  finish()
}

function finish() {
  endLoad()
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1)
}
