import { PlugboardClient } from '@plugboard/client'
import { clock } from '@plugboard/core'
import { operations, type OperationName, type Role } from '@plugboard/protocol/operations'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { App } from '../src/app.ts'
import { API, browser, cookieOf, NOBODY, OWNER, setUp, signIn } from './accounts-support.ts'
import { ask, startApp, tempFolder, TOKEN, type Answer } from './support.ts'

async function createAccount(app: App, role: Role): Promise<{ id: string; cookie: string }> {
  const email = `${role}@example.com`
  const body = { name: role, email, password: OWNER.password, role }
  const { body: view } = await ask(app, 'POST', `${API}/accounts`, { body })
  return { id: view.id, cookie: cookieOf(await signIn(app, email, OWNER.password)) }
}

test('the link makes the owner, once; there is no other way in', async () => {
  const app = await startApp()
  expect((await ask(app, 'GET', '/api/auth/state', { headers: NOBODY })).body).toEqual({
    needsSetUp: true,
    signedIn: null,
  })
  expect((await setUp(app, { token: 'guessed' })).status).toBe(401)
  expect((await setUp(app, { password: 'short' })).status).toBe(422)
  const token = app.setUp.token!
  const done = await setUp(app)
  expect(done).toMatchObject({ status: 201, body: { actor: OWNER.email, role: 'admin' } })
  expect((await setUp(app, { token })).body.code).toBe('SET_UP_DONE')
  const cookie = cookieOf(done)
  expect((await ask(app, 'GET', '/api/auth/state', { headers: { cookie } })).body).toMatchObject({
    needsSetUp: false,
    signedIn: { actor: OWNER.email, role: 'admin' },
  })
  const [set] = done.headers.getSetCookie()
  expect(set).toMatch(/^plugboard-[0-9a-f]{8}\.session_token=.*HttpOnly.*SameSite=Strict/i)
  expect((await ask(app, 'GET', `${API}/plugins`, { headers: browser(app, cookie) })).status).toBe(200)
  expect((await ask(app, 'GET', `${API}/plugins`, { headers: NOBODY })).status).toBe(401)
})

test('accounts, roles and sessions survive a restart; the set-up link does not come back', async () => {
  const dataDir = await tempFolder()
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const cookie = cookieOf(await setUp(app))
  await app.close()
  const again = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect(again.setUp.token).toBeNull()
  expect((await ask(again, 'GET', `${API}/session`, { headers: { cookie } })).body).toMatchObject({ role: 'admin' })
  expect((await signIn(again, OWNER.email, OWNER.password)).status).toBe(200)
  const files = await Promise.all(
    ['accounts.db', 'plugboard.db'].map((name) => readFile(join(dataDir, name), 'latin1')),
  )
  expect(files.join()).not.toContain(OWNER.password)
  expect(files.join()).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
})

test('signing in gives a new session whatever cookie came along, and signing out ends it', async () => {
  const app = await startApp()
  const first = cookieOf(await setUp(app))
  const fixed = await signIn(app, OWNER.email, OWNER.password, browser(app, first))
  const second = cookieOf(fixed)
  expect(second).not.toBe(first)
  expect((await signIn(app, OWNER.email, 'wrong password!')).body.code).toBe('BAD_CREDENTIALS')
  expect((await signIn(app, 'nobody@example.com', 'wrong password!')).body.code).toBe('BAD_CREDENTIALS')

  const out = await ask(app, 'POST', '/api/auth/sign-out', { headers: browser(app, second) })
  expect(out.status).toBe(204)
  expect((await ask(app, 'GET', `${API}/plugins`, { headers: { cookie: second } })).status).toBe(401)
  expect((await ask(app, 'GET', `${API}/plugins`, { headers: { cookie: first } })).status).toBe(200)
  const forged = `${first.slice(0, -4)}AAAA`
  expect((await ask(app, 'GET', `${API}/plugins`, { headers: { cookie: forged } })).status).toBe(401)
})

test('what another site makes a browser send is refused, with the cookie of somebody who is signed in', async () => {
  const app = await startApp()
  const cookie = cookieOf(await setUp(app))
  const write = async (headers: Record<string, string>): Promise<number> =>
    (await ask(app, 'POST', `${API}/event-bus/reset`, { headers: { cookie, ...headers } })).status
  expect(await write({ origin: app.url })).toBe(204)
  expect(await write({})).toBe(403)
  expect(await write({ origin: 'https://evil.example' })).toBe(403)
  expect(await write({ origin: 'null' })).toBe(403)
  // A page of another site cannot send a token, so a token passes with whatever cookie comes along, and decides alone.
  expect(await write({ authorization: `Bearer ${TOKEN}` })).toBe(204)
  expect(await write({ authorization: 'Bearer unknown' })).toBe(401)
  expect(await write({ authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' })).toBe(403)
  expect(await write({ origin: app.url, 'content-type': 'text/plain', 'content-length': '2' })).not.toBe(204)
  const read = await fetch(`${app.url}${API}/plugins`, {
    headers: { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  })
  expect(read.status).toBe(403)
  const signInFromElsewhere = await signIn(app, OWNER.email, OWNER.password, {
    ...NOBODY,
    origin: 'https://evil.example',
  })
  expect(signInFromElsewhere.status).toBe(403)
})

test('API tokens have a role and an end, and are shown once', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const create = async (body: unknown): Promise<Answer> => await ask(app, 'POST', `${API}/tokens`, { body })
  const made = await create({ name: 'backup', role: 'viewer' })
  const { token, view } = made.body
  expect(view).toMatchObject({ name: 'backup', role: 'viewer', createdBy: 'PLUGBOARD_API_TOKEN', lastUsedAt: null })
  expect((await create({ name: 'backup', role: 'viewer' })).status).toBe(409)
  const as = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })
  expect((await ask(app, 'GET', `${API}/plugins`, as(token))).status).toBe(200)
  expect((await ask(app, 'POST', `${API}/plugins/chaos/enable`, as(token))).body.code).toBe('FORBIDDEN')

  await app.close()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  expect((await ask(app, 'GET', `${API}/plugins`, as(token))).status).toBe(200)
  const listed = await ask(app, 'GET', `${API}/tokens`)
  expect(listed.body).toMatchObject([{ name: 'backup', lastUsedAt: expect.any(Number) }])
  expect(JSON.stringify(listed.body)).not.toContain(token)

  expect((await create({ name: 'late', role: 'viewer', expiresAt: 1 })).status).toBe(422)
  const iso = await create({ name: 'iso', role: 'viewer', expiresAt: '2099-01-01T00:00:00Z' })
  expect(iso.body.view.expiresAt).toBe(Date.parse('2099-01-01T00:00:00Z'))
  const short = await create({ name: 'short', role: 'admin', expiresAt: clock.epoch() + 300 })
  expect((await ask(app, 'GET', `${API}/tokens`, as(short.body.token))).status).toBe(200)
  await expect.poll(async () => (await ask(app, 'GET', `${API}/tokens`, as(short.body.token))).status).toBe(401)
  expect((await ask(app, 'DELETE', `${API}/tokens/${view.id}`)).status).toBe(204)
  expect((await ask(app, 'GET', `${API}/plugins`, as(token))).status).toBe(401)
})

test('a token ends with the account or the token that created it, and cannot create one that ends later', async () => {
  const app = await startApp()
  await setUp(app)
  const { id, cookie } = await createAccount(app, 'admin')
  const create = (headers: Record<string, string>, body: object): Promise<Answer> =>
    ask(app, 'POST', `${API}/tokens`, { body: { role: 'admin', ...body }, headers })
  const bearer = ({ body }: Answer): Record<string, string> => ({ authorization: `Bearer ${body.token}` })
  const statusOf = async (headers: Record<string, string>): Promise<number> =>
    (await ask(app, 'GET', `${API}/tokens`, { headers })).status

  const first = bearer(await create(browser(app, cookie), { name: 'first' }))
  const second = bearer(await create(first, { name: 'second' }))
  const third = bearer(await create(second, { name: 'third' }))
  const other = bearer(await ask(app, 'POST', `${API}/tokens`, { body: { name: 'other', role: 'admin' } }))
  expect(await statusOf(third)).toBe(200)
  await ask(app, 'DELETE', `${API}/accounts/${id}`)
  expect(await Promise.all([first, second, third, other].map(statusOf))).toEqual([401, 401, 401, 200])

  const child = bearer(await create(other, { name: 'child' }))
  const { body: tokens } = await ask(app, 'GET', `${API}/tokens`)
  const { id: otherId } = tokens.find(({ name }: { name: string }) => name === 'other')
  await ask(app, 'DELETE', `${API}/tokens/${otherId}`)
  expect(await statusOf(child)).toBe(401)

  const expiresAt = clock.epoch() + 60_000
  const short = bearer(await ask(app, 'POST', `${API}/tokens`, { body: { name: 'short', role: 'admin', expiresAt } }))
  expect(await create(short, { name: 'endless' })).toMatchObject({ status: 422, body: { code: 'INPUT_INVALID' } })
  expect((await create(short, { name: 'as-short', expiresAt })).status).toBe(201)
})

test('a session that is in use is extended, with its cookie', async () => {
  const dataDir = await tempFolder()
  const app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await setUp(app)
  const cookie = cookieOf(await signIn(app, OWNER.email, OWNER.password))
  const sqlite = new DatabaseSync(join(dataDir, 'accounts.db'))
  onTestFinished(() => sqlite.close())
  const dayMs = 24 * 3_600_000
  const inFiveDays = new Date(Date.now() + 5 * dayMs).toISOString()
  sqlite.prepare('update session set expiresAt = ?').run(inFiveDays)
  const { headers } = await ask(app, 'GET', '/api/auth/state', { headers: browser(app, cookie) })
  expect(headers.getSetCookie().join()).toContain(`Max-Age=${7 * 24 * 3_600}`)
  const [latest] = sqlite.prepare('select max(expiresAt) as expiresAt from session').all()
  expect(Date.parse(latest!.expiresAt as string)).toBeGreaterThan(Date.parse(inFiveDays) + dayMs)
})

test('a role that changes, a session that is revoked and a token that is gone reach live sockets at once', async () => {
  const app = await startApp({ PLUGBOARD_BUNDLED: 'chaos' })
  await setUp(app)
  const { id, cookie } = await createAccount(app, 'operator')
  const client = new PlugboardClient({ url: app.url, headers: browser(app, cookie) })
  onTestFinished(() => client.close())
  await expect.poll(() => client.connection.get().state).toBe('connected')
  await client.call('plugins.enable', { id: 'chaos' })
  await ask(app, 'PUT', `${API}/accounts/${id}/role`, { body: { role: 'viewer' } })
  await expect(client.call('plugins.disable', { id: 'chaos' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(await client.call('session.get', {})).toMatchObject({ actor: 'operator@example.com', role: 'viewer' })

  const [session] = await client.call('sessions.list', {})
  expect(session).toMatchObject({ isCurrent: true, accountId: id })
  const before = performance.now()
  await ask(app, 'DELETE', `${API}/sessions/${session!.id}?account=${id}`)
  await expect.poll(() => client.connection.get().state, { interval: 20 }).toBe('unauthorized')
  expect(performance.now() - before).toBeLessThan(1_000)

  const { token, view } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 't', role: 'viewer' } })).body
  const program = new PlugboardClient({ url: app.url, token })
  onTestFinished(() => program.close())
  await expect.poll(() => program.connection.get().state).toBe('connected')
  await ask(app, 'DELETE', `${API}/tokens/${view.id}`)
  await expect.poll(() => program.connection.get().state).toBe('unauthorized')
})

test('a disabled account is out, a removed one too, and the last admin stays', async () => {
  const app = await startApp()
  await setUp(app)
  const [owner] = (await ask(app, 'GET', `${API}/accounts`)).body
  const put = async (path: string, body: unknown): Promise<Answer> =>
    await ask(app, 'PUT', `${API}/accounts/${path}`, { body })
  expect((await put(`${owner.id}/role`, { role: 'viewer' })).body.code).toBe('LAST_ADMIN')
  expect((await put(`${owner.id}/disabled`, { disabled: true })).body.code).toBe('LAST_ADMIN')
  expect((await ask(app, 'DELETE', `${API}/accounts/${owner.id}`)).body.code).toBe('LAST_ADMIN')

  const { id, cookie } = await createAccount(app, 'viewer')
  const session = async (): Promise<number> => (await ask(app, 'GET', `${API}/session`, { headers: { cookie } })).status
  expect(await session()).toBe(200)
  expect((await put(`${id}/disabled`, { disabled: true })).body).toMatchObject({ disabled: true })
  expect(await session()).toBe(401)
  expect((await signIn(app, 'viewer@example.com', OWNER.password)).status).toBe(401)
  await put(`${id}/disabled`, { disabled: false })
  expect((await put(`${id}/password`, { password: 'another long one' })).status).toBe(204)
  expect((await signIn(app, 'viewer@example.com', OWNER.password)).status).toBe(401)
  const again = await signIn(app, 'viewer@example.com', 'another long one')
  expect(again.status).toBe(200)
  expect((await ask(app, 'DELETE', `${API}/accounts/${id}`)).status).toBe(204)
  expect((await signIn(app, 'viewer@example.com', 'another long one')).status).toBe(401)
})

test('one’s own password takes the current one, and ends all of one’s sessions', async () => {
  const app = await startApp()
  const here = cookieOf(await setUp(app))
  const there = cookieOf(await signIn(app, OWNER.email, OWNER.password))
  const change = async (current: string): Promise<number> =>
    (
      await ask(app, 'PUT', `${API}/session/password`, {
        body: { current, next: 'a completely new one' },
        headers: browser(app, here),
      })
    ).status
  expect(await change('not this one')).toBe(401)
  expect(await change(OWNER.password)).toBe(204)
  const session = async (cookie: string): Promise<number> =>
    (await ask(app, 'GET', `${API}/session`, { headers: { cookie } })).status
  expect([await session(here), await session(there)]).toEqual([401, 401])
  expect((await signIn(app, OWNER.email, 'a completely new one')).status).toBe(200)
  expect(
    (await ask(app, 'PUT', `${API}/session/password`, { body: { current: 'x', next: 'a completely new one' } })).status,
  ).toBe(403)
})

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }
const names = Object.keys(operations) as OperationName[]

test('over REST, every operation is refused to callers below its role, and to no others', async () => {
  const app = await startApp()
  const tokens = new Map<Role, string>()
  for (const role of ['viewer', 'operator', 'admin'] as const) {
    tokens.set(role, (await ask(app, 'POST', `${API}/tokens`, { body: { name: role, role } })).body.token)
  }
  const wrong: string[] = []
  for (const name of names) {
    const { role: demanded, rest } = operations[name]
    for (const [role, token] of tokens) {
      // No plugin, account or token of that name: whoever gets past the role changes nothing.
      const path = `${API}${rest.path.replaceAll(/\{\w+\}/g, 'none')}`
      const body = rest.method === 'GET' || rest.method === 'DELETE' ? undefined : {}
      const answer = await ask(app, rest.method, path, { body, headers: { authorization: `Bearer ${token}` } })
      const isRefused = answer.status === 403 && answer.body.detail === `${name} needs the role ${demanded}`
      if (isRefused !== RANK[role] < RANK[demanded]) wrong.push(`${role} ${name}: ${answer.status}`)
      if (answer.status >= 500) wrong.push(`${name}: ${answer.status}`)
    }
  }
  expect(wrong).toEqual([])
})

test('two admins cannot take the role from each other at the same moment', async () => {
  const app = await startApp()
  await setUp(app)
  await createAccount(app, 'admin')
  const accounts: { id: string }[] = (await ask(app, 'GET', `${API}/accounts`)).body
  const answers = await Promise.all(
    accounts.map(({ id }) => ask(app, 'PUT', `${API}/accounts/${id}/role`, { body: { role: 'viewer' } })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
})

test('what an admin made ends with the admin', async () => {
  const app = await startApp()
  await setUp(app)
  const { id, cookie } = await createAccount(app, 'admin')
  const made = await ask(app, 'POST', `${API}/tokens`, {
    body: { name: 'mine', role: 'admin' },
    headers: browser(app, cookie),
  })
  const headers = { authorization: `Bearer ${made.body.token}` }
  expect((await ask(app, 'GET', `${API}/tokens`, { headers })).status).toBe(200)
  await ask(app, 'DELETE', `${API}/accounts/${id}`)
  expect((await ask(app, 'GET', `${API}/tokens`, { headers })).status).toBe(401)
})

test('the audit knows who signed in and who was refused; floods are counted', async () => {
  const dataDir = await tempFolder()
  let app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  await setUp(app)
  for (let n = 0; n < 3; n += 1) await signIn(app, OWNER.email, `wrong password ${n}`)
  const { token } = (await ask(app, 'POST', `${API}/tokens`, { body: { name: 'v', role: 'viewer' } })).body
  await ask(app, 'DELETE', `${API}/plugins/chaos`, { headers: { authorization: `Bearer ${token}` } })
  await app.close()
  app = await startApp({ PLUGBOARD_DATA_DIR: dataDir })
  const { body } = await ask(app, 'GET', `${API}/audit`)
  expect(body).toMatchObject([
    { operation: 'sign-in', actor: OWNER.email, result: 'BAD_CREDENTIALS', detail: { times: 2 } },
    { operation: 'plugins.unload', actor: 'token v', role: 'viewer', target: 'chaos', result: 'FORBIDDEN' },
    { operation: 'tokens.create', actor: 'PLUGBOARD_API_TOKEN', detail: { name: 'v', role: 'viewer' } },
    { operation: 'sign-in', actor: OWNER.email, result: 'BAD_CREDENTIALS' },
    { operation: 'set-up', actor: OWNER.email, result: 'ok' },
  ])
  expect(JSON.stringify(body)).not.toMatch(new RegExp(`${TOKEN}|${token}|wrong password|${OWNER.password}`))
})
