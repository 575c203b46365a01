import { expect, test } from 'vitest'
import { API, browser, cookieOf, NOBODY, setUp, signIn } from './accounts-support.ts'
import { ask, startApp, tempFolder } from './support.ts'
import type { App } from '../src/app.ts'

const MIRA = { name: 'Mira', email: 'mira@example.com', password: 'a password for mira' }

const join = async (app: App, token: string, more: object = {}) =>
  await ask(app, 'POST', '/api/auth/join', { body: { token, ...MIRA, ...more }, headers: NOBODY })

test('an invite makes one account with its role; used, revoked or over it makes none, and is in no list', async () => {
  const dataDir = await tempFolder()
  const first = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect((await ask(first, 'POST', `${API}/invites`, { body: { role: 'viewer', hours: 0 } })).status).toBe(422)
  const { body } = await ask(first, 'POST', `${API}/invites`, { body: { role: 'operator', hours: 24 } })
  expect(JSON.stringify((await ask(first, 'GET', `${API}/invites`)).body)).not.toContain(body.token)
  // It survives a restart.
  await first.close()
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const about = async (token: string) =>
    await ask(app, 'POST', '/api/auth/invite', { body: { token }, headers: NOBODY })
  expect((await about(body.token)).body).toMatchObject({ role: 'operator', expiresAt: body.view.expiresAt })
  // What is refused for another reason does not use it up.
  expect((await join(app, body.token, { password: 'short' })).status).toBe(422)
  const joined = await join(app, body.token)
  expect(joined).toMatchObject({ status: 201, body: { role: 'operator', actor: MIRA.email } })
  expect((await join(app, body.token, { email: 'else@example.com' })).body).toMatchObject({ code: 'INVITE_OVER' })
  expect((await about(body.token)).status).toBe(410)
  expect((await ask(app, 'GET', `${API}/invites`)).body).toEqual([])

  const { body: other } = await ask(app, 'POST', `${API}/invites`, { body: { role: 'viewer', hours: 1 } })
  expect((await join(app, other.token)).body).toMatchObject({ code: 'ACCOUNT_EXISTS' })
  expect((await about(other.token)).status).toBe(200)
  expect((await ask(app, 'DELETE', `${API}/invites/${other.view.id}`)).status).toBe(204)
  expect((await join(app, other.token, { email: 'else@example.com' })).status).toBe(410)

  const { body: audit } = await ask(app, 'GET', `${API}/audit`)
  const rows = (audit as { operation: string; actor: string; result: string }[]).filter(
    ({ operation }) => operation === 'join',
  )
  expect(rows.map(({ actor, result }) => [actor, result])).toContainEqual([MIRA.email, 'ok'])
  expect(JSON.stringify(audit)).not.toContain(body.token)
})

test('of two who use an invite in the same moment one gets in', async () => {
  const app = await startApp()
  const { body } = await ask(app, 'POST', `${API}/invites`, { body: { role: 'viewer', hours: 1 } })
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((name) => join(app, body.token, { email: `${name}@example.com` })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 410, 410])
})

test('an invite ends with the account or the token that created it', async () => {
  const app = await startApp()
  await setUp(app)
  const { body: account } = await ask(app, 'POST', `${API}/accounts`, { body: { ...MIRA, role: 'admin' } })
  const headers = browser(app, cookieOf(await signIn(app, MIRA.email, MIRA.password)))
  const byMira = await ask(app, 'POST', `${API}/invites`, { body: { role: 'admin', hours: 1 }, headers })
  const { body: token } = await ask(app, 'POST', `${API}/tokens`, { body: { name: 'ci', role: 'admin' }, headers })
  const bearer = { authorization: `Bearer ${token.token}` }
  const byToken = await ask(app, 'POST', `${API}/invites`, { body: { role: 'viewer', hours: 1 }, headers: bearer })
  expect([byMira.status, byToken.status]).toEqual([201, 201])
  await ask(app, 'PUT', `${API}/accounts/${account.id}/role`, { body: { role: 'viewer' } })
  for (const { body } of [byMira, byToken]) {
    expect((await join(app, body.token, { email: 'else@example.com' })).status).toBe(410)
  }
})

test('an account says when it was seen last', async () => {
  const app = await startApp()
  await setUp(app)
  const { body: made } = await ask(app, 'POST', `${API}/accounts`, { body: { ...MIRA, role: 'viewer' } })
  expect(made.lastSeenAt).toBeNull()
  const begun = Date.now()
  const headers = browser(app, cookieOf(await signIn(app, MIRA.email, MIRA.password)))
  await ask(app, 'GET', `${API}/session`, { headers })
  const { body: accounts } = await ask(app, 'GET', `${API}/accounts`)
  const mira = (accounts as { id: string; lastSeenAt: number }[]).find(({ id }) => id === made.id)
  expect(mira!.lastSeenAt).toBeGreaterThanOrEqual(begun - 1_000)
})

test('an invite that is in use when it is revoked does not come back', async () => {
  const app = await startApp()
  await setUp(app)
  const { body } = await ask(app, 'POST', `${API}/invites`, { body: { role: 'admin', hours: 1 } })
  // There is such an account: using it fails, over and over.
  const tries = Array.from({ length: 20 }, () => join(app, body.token, { email: 'ada@example.com' }))
  const revoked = ask(app, 'DELETE', `${API}/invites/${body.view.id}`)
  await Promise.all(tries)
  expect((await revoked).status).toBe(204)
  expect((await join(app, body.token, { email: 'else@example.com' })).status).toBe(410)
  expect((await ask(app, 'GET', `${API}/invites`)).body).toEqual([])
})

test('a link that is old makes nobody wait who signs in', async () => {
  const app = await startApp()
  await setUp(app)
  for (let tries = 0; tries < 12; tries += 1) expect((await join(app, `pbi_old-${tries}`)).status).toBe(410)
  expect((await signIn(app, 'ada@example.com', 'correct horse battery')).status).toBe(200)
  const { body: audit } = await ask(app, 'GET', `${API}/audit`)
  expect(JSON.stringify(audit)).not.toContain('pbi_old')
})
