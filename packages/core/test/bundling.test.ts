import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { tempFolder, writePlugin } from './support.ts'

const CORE = join(import.meta.dirname, '..')
const run = promisify(execFile)

/** A host that loads a plugin with a schema, and prints its state or the code of the error. */
const HOST = `
  import { PluginManager } from '@plugboard/core'
  async function main() {
    const [, , dataDir, path] = process.argv
    console.log('started')
    const manager = new PluginManager('bundled', { dataDir })
    await manager.loadPlugin(path).catch((error) => console.log(error.code, error.message))
    console.log(manager.getPlugin('one')?.state ?? 'not loaded')
    await manager.close()
  }
  void main()
`

async function bundle(format: 'esm' | 'cjs'): Promise<string> {
  const outfile = join(await tempFolder(), format === 'esm' ? 'host.mjs' : 'host.cjs')
  await build({
    stdin: { contents: HOST, resolveDir: CORE },
    alias: { '@plugboard/core': join(CORE, 'dist/index.js') },
    bundle: true,
    platform: 'node',
    format,
    outfile,
    logLevel: 'silent',
    // Dependencies that are CommonJS call require, which a bundle of ES modules has to be given.
    ...(format === 'esm' && {
      banner: {
        js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
      },
    }),
  })
  return outfile
}

async function start(file: string): Promise<string[]> {
  const path = await writePlugin('one', { configSchema: { type: 'object' } })
  // A package manager may have set NODE_PATH for the tests.
  const { stdout } = await run(process.execPath, [file, await tempFolder(), path], { env: {} })
  return stdout.trim().split('\n')
}

test.each(['esm', 'cjs'] as const)(
  'a host that was bundled with esbuild (%s) runs plugins where the package can be resolved from the bundle',
  async (format) => {
    const file = await bundle(format)
    await mkdir(join(file, '../node_modules/@plugboard'), { recursive: true })
    await symlink(CORE, join(file, '../node_modules/@plugboard/core'))
    expect(await start(file)).toEqual(['started', 'active'])
  },
)

test.each(['esm', 'cjs'] as const)(
  'where it cannot be resolved, a bundled host (%s) is told what to set, and is started once',
  async (format) => {
    const lines = await start(await bundle(format))
    expect(lines).toEqual([
      'started',
      expect.stringMatching(/^NOT_BUILT .*esbuild: --external:@plugboard\/core, Next\.js: serverExternalPackages/),
      'not loaded',
    ])
  },
)
