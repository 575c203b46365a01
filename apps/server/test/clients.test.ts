import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ask, startApp, tempFolder, TOKEN, writePlugin } from './support.ts'

const run = promisify(execFile)

/** Tools that users of the API run, pinned; too large to be installed with the project. */
const TOOLS = [
  '@redocly/cli@2.77.0',
  '@stoplight/spectral-cli@6.16.3',
  'openapi-typescript@7.13.0',
  '@hey-api/openapi-ts@0.99.0',
  'typescript@5.9.3',
  '@types/node@24.0.0',
]

const CONSUMER = `
import { client } from './hey/client.gen'
import { configSet, eventsPublish, pluginsList } from './hey'
import type { paths } from './schema'

type Body<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  requestBody?: { content: { 'application/json': infer Json } }
}
  ? Json
  : never
const load: Body<'/api/v1/plugins', 'post'> = { path: '/a/plugin', grant: ['NetworkAccess'] }
// @ts-expect-error a path is text
const wrong: Body<'/api/v1/plugins', 'post'> = { path: 5 }

async function main() {
  client.setConfig({ baseUrl: process.argv[2]!, auth: () => process.argv[3]! })
  const { data: plugins } = await pluginsList()
  const id = plugins![0]!.id
  const set = await configSet({ path: { id }, body: { config: { n: 1 } } })
  const published = await eventsPublish({ body: { specversion: '1.0', id: '1', source: 'client', type: 'client.test' } })
  const refused = await configSet({ path: { id: 'nobody' }, body: { config: {} } })
  console.log(JSON.stringify({ id, revision: set.data?.revision, accepted: published.data?.accepted, code: refused.error?.code }))
  void load
  void wrong
}
void main()
`

test(
  'the OpenAPI document passes two linters, and the clients of two generators compile and call the server',
  { timeout: 300_000 },
  async ({ skip }) => {
    const folder = await tempFolder()
    try {
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...TOOLS])
    } catch (error) {
      skip(
        `the tools cannot be installed here: ${String((error as Error).message)
          .split('\n')
          .at(-1)}`,
      )
    }
    const app = await startApp()
    const path = await writePlugin('one', { configSchema: { type: 'object' } })
    expect((await ask(app, 'POST', '/api/v1/plugins', { body: { path } })).status).toBe(201)
    const { body } = await ask(app, 'GET', '/api/openapi.json')
    const file = (name: string): string => join(folder, name)
    await writeFile(file('openapi.json'), JSON.stringify(body))
    await writeFile(file('.spectral.yaml'), 'extends: ["spectral:oas"]\n')
    await writeFile(file('consumer.ts'), CONSUMER)
    const tool = async (name: string, ...args: string[]): Promise<void> => {
      await run(file(`node_modules/.bin/${name}`), args, { cwd: folder })
    }
    // Each of them exits with another code than 0 for an error.
    await tool('redocly', 'lint', 'openapi.json')
    await tool('spectral', 'lint', 'openapi.json', '--fail-severity=error')
    await tool('openapi-typescript', 'openapi.json', '-o', 'schema.ts')
    await tool('openapi-ts', '-i', 'openapi.json', '-o', 'hey')
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler']
    await tool('tsc', ...options, '--target', 'es2022', '--lib', 'es2023,dom', '--types', 'node', 'consumer.ts')
    await build({ entryPoints: [file('consumer.ts')], bundle: true, platform: 'node', outfile: file('consumer.cjs') })
    const { stdout } = await run(process.execPath, [file('consumer.cjs'), app.url, TOKEN])
    expect(JSON.parse(stdout)).toEqual({ id: 'one', revision: 2, accepted: 1, code: 'PLUGIN_NOT_FOUND' })
  },
)
