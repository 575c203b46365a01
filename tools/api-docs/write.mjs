// `pnpm docs`: writes docs/API_REFERENCE.md from the TSDoc of the packages; with --check only says whether it is current.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGES = ['plugin-sdk', 'core', 'client']
const TARGET = join(import.meta.dirname, '../../docs/API_REFERENCE.md')

const out = mkdtempSync(join(tmpdir(), 'plugboard-docs-'))
const { status } = spawnSync(join(import.meta.dirname, 'node_modules/.bin/typedoc'), ['--out', out], {
  cwd: import.meta.dirname,
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (status !== 0) process.exit(1)

const parts = PACKAGES.map((name) => {
  const text = readFileSync(join(out, name, 'src.md'), 'utf8')
  return text
    .replace(/^# .*$/m, `# @plugboard/${name}`)
    .replaceAll(/<a id="[^"]*"><\/a> ?/g, '')
    .replaceAll(/\]\((?:\.\.\/)*[\w./-]*src\.md(#[\w-]+)\)/g, ']($1)')
    .trim()
})
rmSync(out, { recursive: true })
const intro = `<!-- Written by \`pnpm docs\` from the TSDoc of the packages. Change it there. -->\n`
const reference = `${[intro, ...parts].join('\n\n')}\n`

if (!process.argv.includes('--check')) writeFileSync(TARGET, reference)
else if (readFileSync(TARGET, 'utf8') !== reference) {
  console.error('docs/API_REFERENCE.md is not current: run pnpm docs')
  process.exit(1)
}
