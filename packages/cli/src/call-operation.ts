import { ClientError, PlugboardClient } from '@plugboard/client'
import { inputFields, operations, type OperationName, type Operations } from '@plugboard/protocol/operations'
import { UsageError } from './command.ts'

const CONNECT_MS = 5_000
/** An operation on several plugins may take long. The caller can end the wait with ⌃C. */
const ANSWER_MS = 600_000

interface Server {
  readonly url: string
  readonly token: string | null
}

interface Call extends Server {
  readonly name: string
  /** As it was typed. */
  readonly input: string
}

/** @throws ClientError */
export type Ask = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['output']>

export function printOperations(): void {
  for (const [operation, { role, summary }] of Object.entries(operations)) {
    console.log(`${operation.padEnd(28)} ${role.padEnd(9)} ${summary}`)
  }
}

/** Says what an operation takes. @throws UsageError */
export function explainOperation(name: string): void {
  const operation = operations[nameOf(name)]
  const fields = inputFields(operation).map((field) => (field.isOptional ? `${field.name}?` : field.name))
  console.log(`\n${name}, for ${operation.role}s: ${operation.summary}.`)
  console.log(fields.length === 0 ? 'No input.' : `Input: { ${fields.join(', ')} }.`)
}

/** Prints the answer, or why there is none. @returns the exit code @throws UsageError */
export async function callOperation({ name, input, ...server }: Call): Promise<number> {
  const operation = nameOf(name)
  const given = parse(input)
  return withServer(server, async (ask) => console.log(JSON.stringify(await ask(operation, given as never), null, 2)))
}

/** Asks a running server, and prints why if it refuses. @returns the exit code */
export async function withServer({ url, token }: Server, work: (ask: Ask) => Promise<void>): Promise<number> {
  const client = new PlugboardClient({ url, token })
  try {
    await connected(client, { url, token })
    await work((operation, input) => client.call(operation, input, ANSWER_MS))
    return 0
  } catch (thrown) {
    if (!(thrown instanceof ClientError)) throw thrown
    console.error(`${thrown.code}: ${thrown.message}`)
    return 1
  } finally {
    client.close()
  }
}

async function connected(client: PlugboardClient, { url, token }: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (): void => {
    const { state } = client.connection.get()
    if (state === 'connected') resolve()
    if (state === 'unauthorized') {
      const message = token ? 'PLUGBOARD_API_TOKEN is not a token of this server' : 'PLUGBOARD_API_TOKEN is not set'
      reject(new ClientError({ code: 'UNAUTHENTICATED', message, details: null }))
    }
  }
  const timer = setTimeout(() => {
    reject(
      new ClientError({
        code: 'DISCONNECTED',
        message: `${url} does not answer; set another address with --url or PLUGBOARD_URL`,
        details: null,
      }),
    )
  }, CONNECT_MS)
  const stop = client.connection.subscribe(look)
  look()
  await promise.finally(() => {
    clearTimeout(timer)
    stop()
  })
}

function nameOf(text: string): OperationName {
  if (!Object.hasOwn(operations, text)) throw new UsageError(`there is no operation ${text}.`)
  return text as OperationName
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch {
    throw new UsageError('the input is not JSON.')
  }
}
