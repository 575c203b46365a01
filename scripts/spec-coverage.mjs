import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.mjs'

/** Says which rules of SPEC.md no test's title carries, and which titles carry a rule that is not there. */
export function checkSpecCoverage() {
  const spec = readFileSync(join(root, 'packages/core/SPEC.md'), 'utf8')
  const rules = new Set([...spec.matchAll(/^- \*\*\[([A-Z]{2}\d+)\]\*\*/gm)].map(([, rule]) => rule))
  const tested = new Set()
  for (const file of globSync('packages/core/{src,test}/**/*.test.ts', { cwd: root })) {
    for (const [, rule] of readFileSync(join(root, file), 'utf8').matchAll(/\[([A-Z]{2}\d+)\]/g)) tested.add(rule)
  }
  const untested = [...rules].filter((rule) => !tested.has(rule))
  const unknown = [...tested].filter((rule) => !rules.has(rule))
  if (untested.length > 0) console.error(`SPEC.md: no test carries ${untested.join(', ')}`)
  if (unknown.length > 0) console.error(`Tests carry rules that SPEC.md does not have: ${unknown.join(', ')}`)
  return untested.length + unknown.length === 0
}
