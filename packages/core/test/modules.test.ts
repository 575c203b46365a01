import { closeSync, openSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createManager, custom, load, tempFolder, until } from './support.ts'

/** Writes a plugin of several files and returns its folder. */
async function writeFiles(entryPoint: string, files: Record<string, string>): Promise<string> {
  const folder = join(await tempFolder(), 'one')
  const metadata = { id: 'one', version: '1.0.0', entryPoint }
  for (const [name, text] of Object.entries({ ...files, 'plugin.json': JSON.stringify(metadata) })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

/** Opening more would take too long. */
const MOST_FILES = 300_000

const GOOD = 'export default {}'
const BAD = 'export const a = 1\nconst b = = 2\nexport default {}'

test.each<[string, string, Record<string, string>, string]>([
  ['an .mjs entry', 'index.mjs', { 'index.mjs': BAD }, 'index.mjs:2: '],
  ['a .js entry', 'index.js', { 'index.js': BAD, 'package.json': '{"type":"module"}' }, 'index.js:2: '],
  ['a .ts entry', 'index.ts', { 'index.ts': BAD }, 'index.ts:2: '],
  [
    'an imported .mjs',
    'index.mjs',
    { 'index.mjs': `import './lib/bad.mjs'\n${GOOD}`, 'lib/bad.mjs': BAD },
    'bad.mjs:2: ',
  ],
  ['an imported .ts', 'index.ts', { 'index.ts': `import './bad.ts'\n${GOOD}`, 'bad.ts': BAD }, 'bad.ts:2: '],
  [
    'a module of the imports of package.json',
    'index.mjs',
    {
      'index.mjs': `import '#app/bad'\n${GOOD}`,
      'app/bad.mjs': BAD,
      'package.json': '{"imports":{"#app/*":"./app/*.mjs"}}',
    },
    'bad.mjs:2: ',
  ],
  [
    'a CommonJS module',
    'index.mjs',
    { 'index.mjs': `import './bad.cjs'\n${GOOD}`, 'bad.cjs': 'const a =\n= 1' },
    'bad.cjs:2',
  ],
])(
  'a syntax error in %s is told with its file and line, as a failure of the import',
  async (_what, entry, files, place) => {
    const manager = await createManager()
    await expect(manager.loadPlugin(await writeFiles(entry, files))).rejects.toMatchObject({ code: 'START_FAILED' })
    const { message, thrown } = manager.getPlugin('one')!.lastError!
    expect(`${message}\n${thrown?.stack}`).toContain(place)
    expect(message).not.toContain('initialize')
  },
)

test('a missing export is told with the file and line that asks for it', async () => {
  const manager = await createManager()
  const files = { 'index.mjs': `\nimport { x } from './a.mjs'\nexport default { x }`, 'a.mjs': 'export const y = 1' }
  await expect(manager.loadPlugin(await writeFiles('index.mjs', files))).rejects.toMatchObject({ code: 'START_FAILED' })
  expect(manager.getPlugin('one')!.lastError).toMatchObject({
    message: expect.stringMatching(/^import of one failed: .*does not provide an export named 'x'/),
    thrown: { stack: expect.stringContaining('index.mjs:2') },
  })
})

test('enums, namespaces and parameter properties work, and stacks name the lines of the source', async () => {
  const manager = await createManager()
  const code = `
enum Level { Low = 1, High }
namespace Limits { export const most = 5 }
class Box {
  constructor(readonly level: Level) {}
}
export default {
  status: () => [new Box(Level.High).level, Limits.most],
  handleEvent() {
    throw new Error('here')
  },
}
`
  await manager.loadPlugin(await writeFiles('index.ts', { 'index.ts': code }))
  expect(await manager.getPluginStatus('one')).toEqual([2, 5])
  await manager.broadcastEvent(custom('x'))
  expect(manager.getDeadLetters('one')[0]!.error.stack).toContain('index.ts:10:11')
})

test('a faulty module that only a comment or an unused import names keeps nothing from starting', async () => {
  const manager = await createManager()
  const entry = `// import './bad.ts'\nconst optional = () => import('./bad.ts')\nexport default { status: () => optional.length }`
  await manager.loadPlugin(await writeFiles('index.ts', { 'index.ts': entry, 'bad.ts': BAD }))
  expect(manager.getPlugin('one')!.state).toBe('active')
})

test('a guest that cannot be spawned says why', async ({ skip }) => {
  const manager = await createManager()
  await load(manager, 'one')
  const open: number[] = []
  try {
    while (open.length < MOST_FILES) open.push(openSync('/dev/null', 'r'))
  } catch {
    // No more descriptors are left.
  }
  if (open.length === MOST_FILES) {
    open.forEach(closeSync)
    skip(`this machine allows a process more than ${MOST_FILES} open files`)
  }
  const restarted = manager.restartPlugin('one').catch((error: unknown) => error)
  await until(() => manager.getPlugin('one')?.state === 'error').finally(() => open.forEach(closeSync))
  expect(await restarted).toMatchObject({ message: expect.stringMatching(/too many open files/i) })
})

test('types that leave thousands of blanks behind an import hold up the host no longer than other text', async () => {
  const manager = await createManager()
  const types = `// What the API answers. Derived from\ninterface Answer {\n${'  readonly field: string\n'.repeat(8_000)}}\n`
  const folder = await writeFiles('index.ts', { 'index.ts': `${types}${GOOD}` })
  const began = performance.now()
  await manager.loadPlugin(folder)
  // It took a minute.
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('a JSON file beside an entry file is its manifest only if it looks like one', async () => {
  const manager = await createManager()
  const folder = await tempFolder()
  await writeFile(join(folder, 'cities.mjs'), GOOD)
  await writeFile(join(folder, 'cities.json'), JSON.stringify({ rows: [1] }))
  await writeFile(join(folder, 'towns.mjs'), GOOD)
  await writeFile(join(folder, 'towns.json'), JSON.stringify({ id: 'my-towns', version: '2.0.0' }))
  expect(await manager.loadPlugin(join(folder, 'cities.mjs'))).toBe('cities')
  expect(await manager.loadPlugin(join(folder, 'towns.mjs'))).toBe('my-towns')
  // Too many faults are counted, not told one by one.
  const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field${n}`, n]))
  await writeFile(join(folder, 'towns.json'), JSON.stringify({ id: 'my-towns', version: '2.0.0', ...fields }))
  await expect(manager.restartPlugin('my-towns')).rejects.toMatchObject({
    code: 'METADATA_INVALID',
    message: expect.stringMatching(/; and 950 more$/),
  })
})
