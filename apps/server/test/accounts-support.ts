import type { App } from '../src/app.ts'
import { ask, type Answer } from './support.ts'

export const API = '/api/v1'
export const OWNER = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }
export const NOBODY = { authorization: '' }

export async function setUp(app: App, more: Record<string, unknown> = {}): Promise<Answer> {
  return await ask(app, 'POST', '/api/auth/set-up', {
    body: { token: app.setUp.token ?? 'used', ...OWNER, ...more },
    headers: NOBODY,
  })
}

export async function signIn(
  app: App,
  email: string,
  password: string,
  headers: Record<string, string> = NOBODY,
): Promise<Answer> {
  return await ask(app, 'POST', '/api/auth/sign-in', { body: { email, password }, headers })
}

export function cookieOf({ headers }: Answer): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Headers as a page of ours sends them. */
export function browser(app: App, cookie: string): Record<string, string> {
  return { cookie, origin: app.url }
}
