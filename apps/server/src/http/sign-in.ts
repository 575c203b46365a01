import { clock } from '@plugboard/core'
import type { CallerView } from '@plugboard/protocol'
import { accountName, email, newPassword } from '@plugboard/protocol/operations'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Accounts, SignedIn } from '../auth/accounts.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { SetUpLink } from '../auth/set-up-link.ts'
import { inviteOver } from '../auth/invites.ts'
import { StoreError } from '../store/store-error.ts'
import { RequestError, toWire } from '../errors/wire-problem.ts'
import { callerView } from '../views/access.ts'
import { Budgets } from '../net/budgets.ts'
import { clientAddress } from '../net/client-address.ts'
import { takeJsonOnly } from './json-body.ts'
import { refuseRequest } from './problem.ts'

const signInBody = z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(256) })
/** Of the set-up link or of an invite. */
const newAccountBody = z.strictObject({
  token: z.string().min(1).max(128),
  name: accountName,
  email,
  password: newPassword,
})
const inviteBody = newAccountBody.pick({ token: true })

const MAX_BODY_BYTES = 4_096
/** Signed in or not: each costs a look into the accounts. */
const REQUESTS_PER_ADDRESS = 100

interface SignInDeps {
  /** This host's name. */
  readonly node: string
  readonly access: Authenticator
  readonly setUp: SetUpLink
  readonly audit: AuditTrail
  readonly behindProxy: boolean
}

interface SignInAct {
  readonly operation: 'set-up' | 'join' | 'sign-in' | 'sign-out'
  readonly actor: string
  readonly result: string
  /** Which invite somebody joined with, and who created it. */
  readonly detail?: Readonly<Record<string, unknown>> | null
}

/** The few routes that need no session. */
export function registerSignIn(app: FastifyInstance, deps: SignInDeps): void {
  void app.register(
    async (routes) => {
      const budgets = new Budgets(REQUESTS_PER_ADDRESS)
      routes.addHook('onRequest', async ({ raw }) => budgets.take(clientAddress(raw, deps.behindProxy)))
      takeJsonOnly(routes)
      routes.setErrorHandler((error, request, reply) => refuseRequest(error, request, reply))
      addRoutes(routes, deps)
    },
    { prefix: '/api/auth' },
  )
}

function addRoutes(app: FastifyInstance, { node, access, setUp, audit, behindProxy }: SignInDeps): void {
  const { accounts } = access
  const addressOf = ({ raw }: FastifyRequest): string => clientAddress(raw, behindProxy)
  const record = async (
    request: FastifyRequest,
    { operation, actor, result, detail = null }: SignInAct,
  ): Promise<void> => {
    const who = { actor: actor.slice(0, 254), role: null, via: 'rest', address: addressOf(request) }
    const entry = { at: clock.epoch(), ...who, operation, target: null, result, detail }
    // Wrong passwords come in floods during an attack.
    if (result === 'ok') await audit.record(entry)
    else audit.count(entry)
  }

  app.get('/state', async (request, reply) => {
    const signedIn = await accounts.refresh(request.headers)
    if (!signedIn) return { needsSetUp: await isEmpty(accounts), signedIn: null }
    return { needsSetUp: false, signedIn: welcome(reply, signedIn, node) }
  })

  app.post('/sign-in', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const body = signInBody.parse(request.body)
    const place = `address ${addressOf(request)}`
    const account = `account ${body.email.toLowerCase()}`
    try {
      access.beginTry(place, account)
      const signedIn = await accounts.signIn(body, { address: addressOf(request), userAgent: agentOf(request) })
      // Only this try: a sign-in to one account must not reset the wait for tries on other accounts.
      access.backOff.forgive(place)
      access.accountBackOff.succeed(account)
      await record(request, { operation: 'sign-in', actor: signedIn.principal.actor, result: 'ok' })
      return welcome(reply, signedIn, node)
    } catch (thrown) {
      const { code } = toWire(thrown)
      if (code !== 'BAD_CREDENTIALS' && code !== 'RATE_LIMITED') access.forgiveTry(place, account)
      // Only the name of an existing account is stored: others could be made up without end.
      const actor = (await accounts.has(body.email)) ? body.email.toLowerCase() : 'unknown'
      await record(request, { operation: 'sign-in', actor, result: code })
      throw thrown
    }
  })

  app.post('/set-up', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const { token, ...account } = newAccountBody.parse(request.body)
    const refuse = async (error: RequestError): Promise<never> => {
      await record(request, { operation: 'set-up', actor: 'unknown', result: error.code })
      throw error
    }
    if (setUp.token === null || !(await isEmpty(accounts))) {
      return await refuse(new RequestError('SET_UP_DONE', 'the owner account exists: sign in'))
    }
    if (!setUp.fits(token)) {
      access.beginTry(`address ${addressOf(request)}`)
      const message = 'this is not the link that the server printed when it started'
      return await refuse(new RequestError('UNAUTHENTICATED', message))
    }
    // Used before anything else happens: a second request with it comes too late.
    const giveBack = setUp.use()
    await accounts.create({ ...account, role: 'admin' }).catch((thrown: unknown) => {
      giveBack()
      throw thrown
    })
    await record(request, { operation: 'set-up', actor: account.email, result: 'ok' })
    const signedIn = await accounts.signIn(account, { address: addressOf(request), userAgent: agentOf(request) })
    return welcome(reply.code(201), signedIn, node)
  })

  /** Its token has 256 random bits, which nobody guesses: a link that is old must not make anybody wait who signs in. */
  const refuseInvite = async (request: FastifyRequest): Promise<never> => {
    await record(request, { operation: 'join', actor: 'unknown', result: 'INVITE_OVER' })
    throw inviteOver()
  }

  // What an invite is for, before it is used. The token stands in no address.
  app.post('/invite', { bodyLimit: MAX_BODY_BYTES }, async (request) => {
    const { token } = inviteBody.parse(request.body)
    const invite = await access.invites.find(token)
    if (!invite) return await refuseInvite(request)
    return { node, role: invite.role, expiresAt: invite.expiresAt }
  })

  app.post('/join', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const { token, ...account } = newAccountBody.parse(request.body)
    const invite = await access.invites.find(token)
    if (!invite) return await refuseInvite(request)
    const by = { actor: account.email, detail: { invite: invite.id, createdBy: invite.createdBy, role: invite.role } }
    try {
      await access.invites.use(token, (role) => accounts.create({ ...account, role }))
    } catch (thrown) {
      await record(request, { operation: 'join', ...by, result: toWire(thrown).code })
      throw thrown
    }
    await record(request, { operation: 'join', ...by, result: 'ok' })
    void reply.code(201)
    try {
      const signedIn = await accounts.signIn(account, { address: addressOf(request), userAgent: agentOf(request) })
      return welcome(reply, signedIn, node)
    } catch (thrown) {
      // The account is there: its owner signs in once more, by hand.
      if (!(thrown instanceof RequestError || thrown instanceof StoreError)) throw thrown
      return null
    }
  })

  app.post('/sign-out', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const principal = await accounts.principalOf(request.headers)
    for (const cookie of await accounts.signOut(request.headers)) void reply.header('set-cookie', cookie)
    if (principal) await record(request, { operation: 'sign-out', actor: principal.actor, result: 'ok' })
    return reply.code(204).send()
  })
}

async function isEmpty(accounts: Accounts): Promise<boolean> {
  return (await accounts.list()).length === 0
}

function welcome(reply: FastifyReply, { principal, cookies }: SignedIn, node: string): CallerView {
  for (const cookie of cookies) void reply.header('set-cookie', cookie)
  return callerView(principal, node)
}

function agentOf({ headers }: FastifyRequest): string {
  return (headers['user-agent'] ?? '').slice(0, 256)
}
