import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { checkBundles } from './bundle-budget.mjs'
import { root, run } from './command.mjs'
import { checkSpecCoverage } from './spec-coverage.mjs'

const command =
  (name, ...args) =>
  async () =>
    (await run(name, args)) === 0

const CHECKS = [
  ['types', command('turbo', 'run', 'typecheck', '--output-logs=errors-only')],
  ['types of scripts and benches', command('tsc', '-p', 'tsconfig.json')],
  ['lint', command('oxlint', '--type-aware')],
  ['format', command('prettier', '--check', '--log-level=warn', '.')],
  ['unused files, exports and dependencies', command('knip')],
  ['every rule of SPEC.md has a test', async () => checkSpecCoverage()],
  ['docs/API_REFERENCE.md and docs/REST.md are current', command('node', 'tools/api-docs/write.mjs', '--check')],
  ['what a browser loads is within its budget', async () => checkBundles()],
  ['packages can be published (publint)', async () => await packagesPass()],
]

async function packagesPass() {
  for (const name of ['plugin-sdk', 'core', 'protocol', 'client']) {
    if ((await run('publint', ['--strict', join('packages', name)])) !== 0) return false
  }
  return true
}

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks() {
  const counts = { passed: 0, failed: 0 }
  for (const [name, check] of CHECKS) {
    const passed = await check()
    console.log(`${passed ? '✓' : '✗'} ${name}`)
    counts[passed ? 'passed' : 'failed'] += 1
  }
  return counts
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await run('turbo', ['run', 'build', '--output-logs=errors-only'], { cwd: root, quiet: true })
  const { failed } = await runChecks()
  process.exitCode = failed === 0 ? 0 : 1
}
