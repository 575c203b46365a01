import { expect, test } from 'vitest'
import { policyOf } from './site.ts'

test('a page may run its own inline scripts and styles, and no others', () => {
  const policy = policyOf(
    '<script src="/a.js"></script><script>one()</script><style>p{}</style><p style="color:&quot;x&quot;">',
  )
  expect(policy).toContain("script-src 'self' 'sha256-")
  expect(policy.match(/sha256-/g)).toHaveLength(3)
  expect(policy).toContain("'unsafe-hashes'")
  expect(policy).not.toContain('unsafe-inline')
  expect(policy).not.toContain('unsafe-eval')
})

test('a page without inline styles needs no exception', () => {
  expect(policyOf('<p>')).toContain("style-src 'self';")
})
