import { expect, test } from 'vitest'
import { API, NOBODY, OWNER, setUp, signIn } from './accounts-support.ts'
import { ask, startApp, type Answer } from './support.ts'

test('repeated wrong passwords have to wait longer and longer, so almost none of 1,000 tries is checked', async () => {
  const app = await startApp()
  await setUp(app)
  const statuses: number[] = []
  let last: Answer | undefined
  for (let n = 0; n < 1_000; n += 1) {
    last = await signIn(app, OWNER.email, `wrong password ${n}`)
    statuses.push(last.status)
  }
  expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401])
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(20)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(980)
  expect(Number(last!.headers.get('retry-after'))).toBeGreaterThan(0)
  // Each checked wrong password doubles the wait. Repeat until the wait is long enough to still apply to the next
  // request.
  for (let n = 0; Number(last!.headers.get('retry-after') ?? 0) < 3; n += 1)
    last = await signIn(app, OWNER.email, `another wrong password ${n}`)
  // The right one has to wait as well: else the wait would tell which one it is.
  expect((await signIn(app, OWNER.email, OWNER.password)).status).toBe(429)
})

test('many wrong passwords at once are no way around the wait', async () => {
  const app = await startApp()
  await setUp(app)
  const tries = Array.from({ length: 60 }, (_, n) => signIn(app, OWNER.email, `wrong password ${n}`))
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(4)
  expect(statuses.filter((status) => status === 429)).toHaveLength(56)
})

test('a stranger who guesses does not lock the owner out elsewhere, and names made up fill no audit', async () => {
  const app = await startApp({ PLUGBOARD_BEHIND_PROXY: '1' })
  const from = (address: string) => ({ ...NOBODY, 'x-forwarded-for': `1.2.3.4, ${address}` })
  await setUp(app)
  for (let n = 0; n < 8; n += 1) await signIn(app, OWNER.email, `wrong password ${n}`, from('10.0.0.1'))
  expect((await signIn(app, OWNER.email, OWNER.password, from('10.0.0.1'))).status).toBe(429)
  expect((await signIn(app, OWNER.email, OWNER.password, from('10.0.0.2'))).status).toBe(200)
  for (let n = 0; n < 20; n += 1) await signIn(app, `made-up-${n}@example.com`, 'wrong password', from('10.0.0.3'))
  const { body } = await ask(app, 'GET', `${API}/audit?operation=sign-in`)
  expect(body.filter(({ address }: { address: string }) => address === '10.0.0.3').length).toBeLessThan(5)
  expect(JSON.stringify(body)).not.toContain('made-up')
})
