import { BASE_PATH } from '@/live/base-path'
import { ClientError } from '@plugboard/client'
import type { CallerView, Problem } from '@plugboard/protocol'

/** Whether this browser has a session, and whether there is an account. */
export interface SessionState {
  readonly needsSetUp: boolean
  readonly signedIn: CallerView | null
}

/** Of the server: another one in development, else a path on the one that the page came from. */
export const SERVER_URL = process.env.NEXT_PUBLIC_PLUGBOARD_URL ?? BASE_PATH
export const CREDENTIALS: RequestCredentials = SERVER_URL.startsWith('http') ? 'include' : 'same-origin'

export async function fetchSession(): Promise<SessionState> {
  return (await ask('GET', 'state')) as SessionState
}

/** @throws ClientError `BAD_CREDENTIALS`, `RATE_LIMITED`, `NO_ANSWER` */
export async function signIn(credentials: { readonly email: string; readonly password: string }): Promise<void> {
  await ask('POST', 'sign-in', credentials)
}

/** @throws ClientError `UNAUTHENTICATED`, `SET_UP_DONE`, `INPUT_INVALID`, `NO_ANSWER` */
export async function setUp(owner: {
  readonly token: string
  readonly name: string
  readonly email: string
  readonly password: string
}): Promise<void> {
  await ask('POST', 'set-up', owner)
}

/** What an invite is for. */
export interface Invite {
  /** The host that it is to. */
  readonly node: string
  readonly role: CallerView['role']
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** @throws ClientError `INVITE_OVER`, `RATE_LIMITED`, `NO_ANSWER` */
export async function askForInvite(token: string): Promise<Invite> {
  return (await ask('POST', 'invite', { token })) as Invite
}

/** @throws ClientError `INVITE_OVER`, `ACCOUNT_EXISTS`, `INPUT_INVALID`, `NO_ANSWER` */
export async function join(account: {
  readonly token: string
  readonly name: string
  readonly email: string
  readonly password: string
}): Promise<void> {
  await ask('POST', 'join', account)
}

const signOutListeners = new Set<() => void>()

/** Whoever leaves on purpose leaves nothing behind; a session that ends by itself is another thing. */
export function onSignOut(listener: () => void): () => void {
  signOutListeners.add(listener)
  return () => void signOutListeners.delete(listener)
}

export async function signOut(): Promise<void> {
  await ask('POST', 'sign-out')
  for (const listener of signOutListeners) listener()
}

async function ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${SERVER_URL}/api/auth/${path}`, {
    method,
    credentials: CREDENTIALS,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ClientError({ code: 'NO_ANSWER', message: 'The server does not answer.', details: null })
  })
  if (response.status === 204) return null
  // A proxy answers with a page of its own while the server behind it is down.
  const answer: unknown = await response.json().catch(() => {
    throw new ClientError({
      code: 'NO_ANSWER',
      message: `The answer ${response.status} is not the server’s.`,
      details: null,
    })
  })
  if (response.ok) return answer
  const { code, message, details } = answer as Problem
  throw new ClientError({ code, message, details })
}
