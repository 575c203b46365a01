import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { checkBundles } from './bundle-budget.mjs'
import { run } from './command.mjs'
import { checkFloorPlan } from './floor-plan.mjs'
import { checkSpecCoverage } from './spec-coverage.mjs'

const command =
  (name, ...args) =>
  async (options) =>
    (await run(name, args, options)) === 0

/** Once it is built: types are of what a build emits, and of what it generates. The quick ones first. */
export const CHECKS = [
  ['format', command('oxfmt', '--check')],
  ['imports run one way, without a circle', async () => checkFloorPlan()],
  ['every clause of SPEC.md has a test', async () => checkSpecCoverage()],
  // Each file is checked once, by the project that it is in; `tsc` would check what is imported once more for each of them.
  ['types and lint', command('oxlint', '--type-aware', '--type-check')],
  ['unused files, exports and dependencies', command('knip')],
  ['docs/API_REFERENCE.md and docs/REST.md are current', command('node', 'tools/api-docs/write.mjs', '--check')],
  ['packages can be published (publint)', packagesPass],
  ['what a browser loads is within its budget', async () => checkBundles()],
]

async function packagesPass(options) {
  for (const name of ['plugin-sdk', 'core', 'protocol', 'client']) {
    if ((await run('publint', ['--strict', join('packages', name)], options)) !== 0) return false
  }
  return true
}

/**
 * Runs the checks of the list one after the other, and removes each from the list. Two calls with the same list keep
 * both processors of a small machine busy.
 * @param {[name: string, check: (options?: { isPatient?: boolean }) => Promise<boolean>][]} waiting
 * @param {{ isPatient?: boolean }} [options] how their commands run
 * @returns {Promise<{ passed: number, failed: string[] }>} how many passed, and which did not
 */
export async function runChecks(waiting, options) {
  const result = { passed: 0, failed: [] }
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, check] = next
    const passed = await settle(() => check(options))
    console.log(`${passed ? '✓' : '✗'} ${name}`)
    if (passed) result.passed += 1
    else result.failed.push(name)
  }
  return result
}

/** A check that throws has failed: the others, and the tests beside it, go on. */
async function settle(check) {
  try {
    return await check()
  } catch (error) {
    console.error(error)
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if ((await run('turbo', ['run', 'build', '--output-logs=errors-only'], { quiet: true })) !== 0) process.exit(1)
  const waiting = [...CHECKS]
  const results = await Promise.all([runChecks(waiting), runChecks(waiting)])
  process.exitCode = results.every(({ failed }) => failed.length === 0) ? 0 : 1
}
