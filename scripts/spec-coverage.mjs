import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.mjs'

const CLAUSE = /\[([A-Z]{2}\d+\.[a-z])\]/g
/** The clauses that a title begins with. */
const TITLE = /['"`]((?:\[[A-Z]{2}\d+\.[a-z]\] ?)+)/g
/** A whole rule is too coarse to say what a test shows. */
const RULE = /\[([A-Z]{2}\d+)\]/g

/** Says which clauses of SPEC.md no test's title carries, and which numbers of titles and comments are not in SPEC.md. */
export function checkSpecCoverage() {
  const spec = readFileSync(join(root, 'packages/core/SPEC.md'), 'utf8')
  const clauses = new Set([...spec.matchAll(/^- \*\*\[([A-Z]{2}\d+\.[a-z])\]\*\*/gm)].map(([, clause]) => clause))
  const tested = new Set()
  const unknown = new Set()
  for (const file of globSync(
    ['packages/core/{src,test}/**/*.ts', 'packages/bundled-plugins/*/*.test.ts', 'packages/bundled-plugins/*.test.ts'],
    { cwd: root },
  )) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, rule] of text.matchAll(RULE)) unknown.add(rule)
    for (const [, clause] of text.matchAll(CLAUSE)) if (!clauses.has(clause)) unknown.add(clause)
    if (!file.endsWith('.test.ts')) continue
    for (const [, tags] of text.matchAll(TITLE)) for (const [, clause] of tags.matchAll(CLAUSE)) tested.add(clause)
  }
  const untested = [...clauses].filter((clause) => !tested.has(clause))
  console.log(`SPEC.md: ${clauses.size} clauses, ${clauses.size - untested.length} of them carried by tests`)
  if (untested.length > 0) console.error(`No test carries ${untested.join(', ')}`)
  if (unknown.size > 0) console.error(`SPEC.md has no clause ${[...unknown].join(', ')}`)
  return untested.length === 0 && unknown.size === 0
}
