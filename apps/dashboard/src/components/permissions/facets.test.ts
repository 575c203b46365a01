import { expect, test } from 'vitest'
import { differs, facetsOf, reachOf } from './facets'

test('what was requested and what was granted, by what it reaches', () => {
  const facets = facetsOf({
    requested: ['NetworkAccess', { name: 'FileSystemAccess', read: ['/a'], write: ['/b'] }],
    granted: [
      'ReadVmState',
      'ExecuteSyscall',
      { name: 'FileSystemAccess', read: ['/a', '/c'] },
      { name: 'MemoryAllocation', bytes: 5 },
    ],
    missing: ['NetworkAccess', { name: 'FileSystemAccess', write: ['/b'] }],
  })
  expect(facets).toEqual({
    network: [{ status: 'missing', folder: null, bytes: null }],
    programs: [{ status: 'extra', folder: null, bytes: null }],
    read: [
      { status: 'granted', folder: '/a', bytes: null },
      { status: 'extra', folder: '/c', bytes: null },
      { status: 'extra', folder: '*', bytes: null },
    ],
    write: [
      { status: 'missing', folder: '/b', bytes: null },
      { status: 'extra', folder: '*', bytes: null },
    ],
    vm: [],
    memory: [{ status: 'extra', folder: null, bytes: 5 }],
  })
  expect(differs(facets)).toBe(true)
})

test('who reaches furthest comes first; what is only requested reaches nothing', () => {
  const reach = (granted: string): number =>
    reachOf(facetsOf({ requested: [], granted: [granted] as never, missing: [] }))
  expect(reach('NetworkAccess')).toBeGreaterThan(reach('ExecuteSyscall'))
  expect(reachOf(facetsOf({ requested: ['NetworkAccess'], granted: [], missing: ['NetworkAccess'] }))).toBe(0)
  expect(differs(facetsOf({ requested: ['NetworkAccess'], granted: ['NetworkAccess'], missing: [] }))).toBe(false)
})

test('a grant that reaches further covers the request, and whoever writes may read', () => {
  const facets = facetsOf({
    requested: [{ name: 'FileSystemAccess', write: ['/var/spool/reports'] }],
    granted: [{ name: 'FileSystemAccess', write: ['/var/spool'] }],
    missing: [],
  })
  const part = { status: 'granted', folder: '/var/spool', bytes: null }
  expect(facets).toMatchObject({ write: [part], read: [part] })
  expect(differs(facets)).toBe(false)
  const beside = facetsOf({
    requested: [{ name: 'FileSystemAccess', read: ['/var/spool'] }],
    granted: [{ name: 'FileSystemAccess', read: ['/var/spool-of-others'] }],
    missing: [{ name: 'FileSystemAccess', read: ['/var/spool'] }],
  })
  expect(beside.read.map(({ status }) => status)).toEqual(['extra', 'missing'])
})
