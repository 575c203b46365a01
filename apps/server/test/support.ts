import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createApp, type App } from '../src/app.ts'
import { parseConfig } from '../src/settings/config.ts'

/** An admin's token of every server that a test starts. */
export const TOKEN = 'a-token-of-the-tests'

let shared: Promise<{ readonly app: App; readonly dataDir: string }> | undefined

/** One server for all tests of a file that leave nothing behind. The file says `afterAll(closeSharedApp)`. */
export async function sharedApp(): Promise<App> {
  shared ??= makeFolder().then(async (dataDir) => ({ dataDir, app: await openApp({ PLUGBOARD_DATA_DIR: dataDir }) }))
  return (await shared).app
}

export async function closeSharedApp(): Promise<void> {
  const closing = shared
  shared = undefined
  if (!closing) return
  const { app, dataDir } = await closing
  await app.close()
  await rm(dataDir, { recursive: true, force: true })
}

/** A real server on a free port, with its own data folder and, unless asked for, no plugin; closed after the test. */
export async function startApp(env: Record<string, string> = {}): Promise<App> {
  const app = await openApp({ PLUGBOARD_DATA_DIR: await tempFolder(), ...env })
  onTestFinished(() => app.close())
  return app
}

async function openApp(env: Record<string, string>): Promise<App> {
  const config = parseConfig({ PLUGBOARD_PORT: '0', PLUGBOARD_API_TOKEN: TOKEN, PLUGBOARD_BUNDLED: 'none', ...env })
  return await createApp(config, pino({ level: 'silent' }))
}

async function makeFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'plugboard-server-'))
}

export async function tempFolder(): Promise<string> {
  const folder = await makeFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a plugin with the code of a file in `plugins`, and returns its folder. */
export async function writePlugin(
  id: string,
  { plugin = 'idle', ...metadata }: { plugin?: string; [field: string]: unknown } = {},
): Promise<string> {
  const folder = join(await tempFolder(), id)
  await mkdir(folder)
  await copyFile(new URL(`plugins/${plugin}.ts`, import.meta.url), join(folder, 'index.ts'))
  await writeFile(
    join(folder, 'plugin.json'),
    JSON.stringify({ id, version: '1.0.0', entryPoint: 'index.ts', ...metadata }),
  )
  return folder
}

export interface Answer {
  readonly status: number
  readonly body: any
  readonly headers: Headers
}

/** One request, an admin's unless `headers` prove somebody else; an object is sent as JSON, text as it is. */
export async function ask(
  app: App,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' }
  const isSomebody = 'authorization' in headers || 'cookie' in headers
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { ...type, ...(!isSomebody && { authorization: `Bearer ${TOKEN}` }), ...headers },
    ...(text !== undefined && { body: text }),
  })
  const answer = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, body: isJson ? JSON.parse(answer) : answer, headers: response.headers }
}
