import { pino } from 'pino'
import { expect, test } from 'vitest'
import { StoreError } from '../store/store-error.ts'
import type { Store } from '../store/store.ts'
import { ApiTokens } from './api-tokens.ts'

/** Tokens over a store whose writes wait until they are let go, or fail. */
async function setUp() {
  const store = { rows: new Map<string, unknown>(), fails: false, held: null as Promise<void> | null }
  const apiTokens = {
    list: () => Promise.resolve([]),
    add: async (row: { id: string }) => {
      await store.held
      store.rows.set(row.id, row)
    },
    remove: ({ id }: { id: string }) => {
      if (store.fails) return Promise.reject(new StoreError('full'))
      store.rows.delete(id)
      return Promise.resolve()
    },
    markUsed: () => Promise.resolve(),
  }
  const tokens = await ApiTokens.open({
    store: { apiTokens } as unknown as Store,
    log: pino({ level: 'silent' }),
    environmentToken: null,
    onChange: () => {},
  })
  const create = (name: string, by: { actor: string; tokenId: string | null }) =>
    tokens.create({ name, role: 'admin', expiresAt: null }, by)
  return { store, tokens, create }
}

const ADA = { actor: 'ada@example.com', tokenId: null }

test('a token that is being stored while its creator is removed does not survive', async () => {
  const { store, tokens, create } = await setUp()
  const parent = await create('parent', ADA)
  const { promise, resolve } = Promise.withResolvers<void>()
  store.held = promise
  const byAccount = create('by-account', ADA)
  const byToken = create('by-token', { actor: 'token parent', tokenId: parent.row.id })
  await tokens.revokeOf(ADA.actor)
  resolve()
  await expect(byAccount).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(byToken).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(create('late', { actor: 'token parent', tokenId: parent.row.id })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  })
  expect(tokens.list()).toEqual([])
  await expect.poll(() => store.rows.size).toBe(0)
})

test('a revoked token is refused at once, also while the store cannot write, and is removed when it can', async () => {
  const { store, tokens, create } = await setUp()
  const { token, row } = await create('one', ADA)
  store.fails = true
  await expect(tokens.revoke(row.id)).rejects.toThrow(StoreError)
  expect(tokens.principalOf(token)).toBeNull()
  store.fails = false
  await expect.poll(() => store.rows.size).toBe(0)
  await tokens.close()
})
