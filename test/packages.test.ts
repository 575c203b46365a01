import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const EXAMPLE = join(ROOT, 'docs/examples/embed')

test('the packed packages, installed with npm into an empty folder, run the README’s example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-pack-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['plugin-sdk', 'core']) {
    execFileSync(join(ROOT, 'node_modules/.bin/pnpm'), ['pack', '--pack-destination', folder], {
      cwd: join(ROOT, 'packages', name),
      stdio: 'ignore',
    })
  }
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  expect(tarballs).toHaveLength(2)
  writeFileSync(join(folder, 'package.json'), '{ "name": "my-app", "private": true, "type": "module" }')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', ...tarballs.map((name) => `./${name}`)], {
    cwd: folder,
    stdio: 'ignore',
  })
  cpSync(EXAMPLE, folder, { recursive: true })

  const output = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'embed.mjs'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(output.split('\n')).toEqual([
    'greeter: hello, Ada',
    '{ delivered: 1, failed: 0, dropped: 0 }',
    "{ isHealthy: true, eventsProcessed: 1, isolation: 'process' }",
    '',
  ])
}, 120_000)

test('the README shows the example as it is run', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  for (const file of ['embed.mjs', 'greeter.ts'])
    expect(readme).toContain(readFileSync(join(EXAMPLE, file), 'utf8').trim())
})

test('the bench prints a row for each tier beside its peer', () => {
  const output = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bench/main.ts', 'dispatch', '--events', '2000', '--json'],
    { cwd: ROOT, encoding: 'utf8' },
  )
  const rows = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { bench: string; ratio: number })
  expect(rows.map(({ bench }) => bench.split(',')[0])).toEqual([
    'inline',
    'inline',
    'process',
    'process',
    'process',
    'process',
    'process',
    'process',
    'one event to 10 process plugins',
  ])
  for (const { ratio } of rows) expect(ratio).toBeGreaterThan(0)
}, 60_000)
