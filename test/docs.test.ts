import { parseMetadata } from '../packages/core/src/catalog/metadata.ts'
import { operations } from '@plugboard/protocol/operations'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const GENERATED = ['docs/API_REFERENCE.md', 'docs/REST.md']
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'packages/core/SPEC.md'], { cwd: ROOT }).toSorted()
const HAND_WRITTEN = DOCUMENTS.filter((file) => !GENERATED.includes(file))

interface Block {
  readonly file: string
  readonly language: string
  readonly code: string
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '')
const blocksOf = (file: string): Block[] =>
  [...read(file).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
    file,
    language: language!,
    code: code!,
  }))

/** As GitHub makes it of a heading. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )

test('each link of the documents leads to a file and a heading that are there', () => {
  const broken = DOCUMENTS.flatMap((file) => {
    const links = [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
    return links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path, anchor] = target.split('#') as [string, string?]
        const to = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path))
        if (!existsSync(join(ROOT, to))) return true
        // The generator numbers headings that come twice.
        return anchor !== undefined && !anchorsOf(read(to)).includes(anchor.replace(/-\d+$/, ''))
      })
      .map((target) => `${file} → ${target}`)
  })
  expect(broken).toEqual([])
})

test('the TypeScript of the documents passes the type checker', () => {
  const parent = join(ROOT, 'node_modules/.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const blocks = HAND_WRITTEN.flatMap(blocksOf).filter(({ language }) => language === 'ts')
  expect(blocks.length).toBeGreaterThan(3)
  for (const [index, { file, code }] of blocks.entries()) {
    const place = join(folder, file.replaceAll(/\W/g, '-'))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `block-${index}.ts`), code)
    // A test of a document is about the plugin before it.
    if (code.includes('export default') && !existsSync(join(place, 'index.ts')))
      writeFileSync(join(place, 'index.ts'), code)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const tsconfig = {
    extends: relative(folder, join(ROOT, 'tsconfig.base.json')),
    compilerOptions: { noEmit: true, allowImportingTsExtensions: true, rewriteRelativeImportExtensions: false },
    include: ['**/*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  let output = ''
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(folder, 'tsconfig.json')], { encoding: 'utf8' })
  } catch (thrown) {
    output = String((thrown as { stdout?: string }).stdout)
  }
  expect(output).toBe('')
}, 60_000)

test('the plugin.json of the documents is one that a host takes', () => {
  const blocks = HAND_WRITTEN.flatMap(blocksOf).filter(({ language }) => language === 'json')
  expect(blocks.length).toBeGreaterThan(0)
  for (const { file, code } of blocks) expect(parseMetadata(code, file).id).not.toBe('')
})

test('each command of the documents is there, and each request goes to a route that is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const routes = Object.values(operations).map(({ rest }) => {
    return { method: rest.method, path: new RegExp(`^${rest.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }
  })
  const unknown: string[] = []
  for (const { code } of HAND_WRITTEN.flatMap(blocksOf).filter(({ language }) => language === 'sh')) {
    for (const line of code.split('\n')) {
      const script = /^(?:npm|pnpm)(?: run)? ([\w-]+)/.exec(line)?.[1]
      if (script !== undefined && scripts[script] === undefined) unknown.push(line)
      const [, method = 'GET', path] = /^ask (?:-X (\w+) )?localhost:7584\/api\/v1([^\s?]*)/.exec(line) ?? []
      if (path !== undefined && !routes.some((route) => route.method === method && route.path.test(path)))
        unknown.push(line)
      const operation = /^npx plugboard call (\S+)/.exec(line)?.[1]
      if (operation !== undefined && !Object.hasOwn(operations, operation)) unknown.push(line)
    }
  }
  expect(unknown).toEqual([])
})
