// `pnpm run docs`: writes docs/API_REFERENCE.md from the TSDoc of the packages, docs/REST.md from the table of operations, and
// the floor plan of ARCHITECTURE.md from the imports; with --check only says whether they are current.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inputFields, operations } from '@plugboard/protocol/operations'
import { withFloorPlan } from '../../scripts/floor-plan.mjs'

const root = join(import.meta.dirname, '../..')
const PACKAGES = ['plugin-sdk', 'core', 'client']

const out = mkdtempSync(join(tmpdir(), 'plugboard-docs-'))
const { status } = spawnSync(join(import.meta.dirname, 'node_modules/.bin/typedoc'), ['--out', out], {
  cwd: import.meta.dirname,
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (status !== 0) process.exit(1)

const parts = PACKAGES.map((name) => {
  const text = readFileSync(join(out, name, 'src.md'), 'utf8')
  return (
    text
      .replace(/^# .*$/m, `# @plugboard/${name}`)
      .replaceAll(/<a id="[^"]*"><\/a> ?/g, '')
      .replaceAll(/\]\((?:\.\.\/)*[\w./-]*src\.md(#[\w-]+)\)/g, ']($1)')
      // A row of a table is no heading that a link could lead to.
      .replaceAll(/\[(`[^`]*`)\]\(#property-[\w-]+\)/g, '$1')
      .trim()
  )
})
rmSync(out, { recursive: true })
const intro = `<!-- Written by \`pnpm run docs\` from the TSDoc of the packages. Change it there. -->\n`
settle('docs/API_REFERENCE.md', `${[intro, ...parts].join('\n\n')}\n`)
settle('docs/REST.md', restPage())
settle('ARCHITECTURE.md', withFloorPlan(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')))

function restPage() {
  const rows = Object.entries(operations).map(([name, operation]) => {
    const { rest, role, summary } = operation
    const path = `/api/v1${rest.path}`
    const inPath = [...rest.path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field)
    const shown = inputFields(operation)
      .filter((field) => !inPath.includes(field.name) && field.name !== rest.ifMatchField)
      .map((field) => (field.isOptional ? `${field.name}?` : field.name))
      .join(', ')
    const takes = rest.bodyField ? 'CloudEvents 1.0, one or a list' : shown
    return `| \`${rest.method} ${path}\` | ${takes} | ${rest.status ?? 200} | ${summary} | \`${name}\` | ${role} |`
  })
  return [
    '<!-- Written by `pnpm run docs` from packages/protocol/src/operations. Change it there. -->',
    '',
    '# REST',
    '',
    'The fields of a GET or DELETE go into the query, those of a POST or PUT into a JSON body. `?` marks optional fields. A flag needs no value: `?cascade`.',
    '`If-Match` carries the revision for `config.set`. Socket.IO offers the same operations as `call(operation, input)`, where the input also holds the fields of the path; there `events.publish` takes `{ "events": [ … ] }`. `GET /api/v1` lists the operations too.',
    'A refusal is `application/problem+json` (RFC 9457) with a `code` and `details`. What a plugin says of itself (`status()`) and live logs are on the topics of the socket; stored logs are at `/logs`. A path that does not take a method answers 405, and OPTIONS says what it takes.',
    '',
    '| route | takes | answers | | operation | role |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function settle(name, text) {
  const target = join(root, name)
  if (!process.argv.includes('--check')) return writeFileSync(target, text)
  if (readFileSync(target, 'utf8') === text) return
  console.error(`${name} is not current: run pnpm run docs`)
  process.exitCode = 1
}
