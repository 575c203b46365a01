import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:50312', '192.0.2.7'],
  ['[2001:db8::7]:50312', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['2001:db8::7', '2001:db8::7'],
  ['198.51.100.1, 192.0.2.7:50312', '192.0.2.7'],
  ['nonsense', '127.0.0.1'],
  ['', '127.0.0.1'],
])('behind a proxy that says %j the client is %s', (forwarded, address) => {
  const request = { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '127.0.0.1' } } as never
  expect(clientAddress(request, true)).toBe(address)
  expect(clientAddress(request, false)).toBe('127.0.0.1')
})
