import { expect, test } from 'vitest'
import { isSecret, withoutSecrets } from './secret-fields'

test('a field is secret where its schema says so, or that of a field around it', () => {
  const secret = { type: 'string', writeOnly: true }
  const schema = {
    properties: { key: secret, hosts: { items: { properties: { token: secret, name: {} } } }, 'a/b': secret },
  }
  const secrets = ['/key', '/hosts/0/token', '/hosts/0/name', '/a~1b', '/nobody', ''].map((at) => isSecret(schema, at))
  expect(secrets).toEqual([true, true, false, true, false, false])
  expect(isSecret(null, '/key')).toBe(false)
})

test('a value is shown without the secrets in it, stored or just typed', () => {
  const schema = {
    properties: { accounts: { items: { properties: { user: {}, password: { format: 'password' } } } } },
  }
  const typed = [
    { user: 'a', password: 'typed' },
    { user: 'b', password: { $secret: 'x' } },
  ]
  const shown = [
    { user: 'a', password: '•••' },
    { user: 'b', password: '•••' },
  ]
  expect(withoutSecrets(schema, '/accounts', typed)).toEqual(shown)
  expect(withoutSecrets(schema, '/accounts/0', typed[0]!)).toEqual(shown[0])
  expect(withoutSecrets(null, '', { any: 1 })).toEqual({ any: 1 })
})
