import fastify from 'fastify'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { refuseRequest } from './problem.ts'
import { policyOf, registerSite } from './site.ts'

test('a page may run its own inline scripts and styles, and no others', () => {
  const policy = policyOf(
    '<script src="/a.js"></script><script>one()</script><style>p{}</style><p style="color:&quot;x&quot;">',
  )
  expect(policy).toContain("script-src 'self' 'sha256-")
  expect(policy.match(/sha256-/g)).toHaveLength(3)
  expect(policy).toContain("'unsafe-hashes'")
  expect(policy).not.toContain('unsafe-inline')
  expect(policy).not.toContain('unsafe-eval')
})

test('a page without inline styles needs no exception', () => {
  expect(policyOf('<p>')).toContain("style-src 'self';")
})

test('a build under a running server is served with its own policy and its own scripts', async () => {
  const root = await mkdtemp(join(tmpdir(), 'plugboard-site-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const build = async (script: string, at: number): Promise<string> => {
    const html = `<script src="/${script}.js"></script><script>${script}()</script>`
    await writeFile(join(root, 'index.html'), html)
    await utimes(join(root, 'index.html'), at, at)
    await writeFile(join(root, `${script}.js`), script)
    return html
  }
  await mkdir(join(root, '.hidden'))
  await writeFile(join(root, '.hidden/file.js'), 'x')
  const app = fastify()
  onTestFinished(() => app.close())
  const first = await build('one', 1)
  registerSite(app, root)
  expect(await app.inject('/')).toMatchObject({ body: first, headers: { 'content-security-policy': policyOf(first) } })

  const second = await build('two', 2)
  expect(await app.inject('/')).toMatchObject({
    body: second,
    headers: { 'content-security-policy': policyOf(second) },
  })
  expect(await app.inject('/two.js')).toMatchObject({ statusCode: 200, body: 'two' })
  await rm(join(root, 'index.html'))
  expect(await app.inject('/')).toMatchObject({ statusCode: 200, body: second })

  // A page never comes without its policy, and what is hidden or outside does not come at all.
  await build('two', 2)
  for (const path of ['/index.html', '/.hidden/file.js', '/../etc/passwd', '/no-such-page'])
    expect((await app.inject(path)).statusCode, path).toBe(404)
})

test('an address that leads nowhere is no failure of the server', async () => {
  const root = await mkdtemp(join(tmpdir(), 'plugboard-site-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await writeFile(join(root, 'index.html'), 'the first page')
  await writeFile(join(root, '404.html'), 'not here')
  await mkdir(join(root, 'plugins'))
  await mkdir(join(root, '_next'))
  const app = fastify({ frameworkErrors: (error, request, reply) => void refuseRequest(error, request, reply) })
  onTestFinished(() => app.close())
  const failures: unknown[] = []
  app.setErrorHandler((error, request, reply) => {
    const answer = refuseRequest(error, request, reply)
    if (reply.statusCode >= 500) failures.push(error)
    return answer
  })
  registerSite(app, root)
  for (const url of ['/plugins/', '//', '/_next/', '/%00', '/%', '/%2e%2e/secret', '/..%2fsecret', '/.env', '/none/']) {
    const { statusCode } = await app.inject(url)
    expect([400, 403, 404], url).toContain(statusCode)
  }
  expect(failures).toEqual([])
})

test('text is compressed as the browser takes it, named by its content, and holds the base path', async () => {
  const root = await mkdtemp(join(tmpdir(), 'plugboard-site-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const script = `location = "/__plugboard_base__/x";${'// padding'.repeat(200)}`
  await writeFile(join(root, 'index.html'), '<script src="/__plugboard_base__/a.js"></script>')
  await writeFile(join(root, 'a.js'), script)
  const app = fastify()
  onTestFinished(() => app.close())
  registerSite(app, root, '/board')
  expect((await app.inject('/')).body).toBe('<script src="/board/a.js"></script>')
  const plain = await app.inject('/a.js')
  expect(plain.body).toBe(script.replace('/__plugboard_base__', '/board'))
  for (const [encoding, decode] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const { headers, rawPayload } = await app.inject({ url: '/a.js', headers: { 'accept-encoding': `x, ${encoding}` } })
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding', etag: plain.headers.etag })
    expect(decode(rawPayload).toString()).toBe(plain.body)
  }
  const refused = await app.inject({ url: '/a.js', headers: { 'accept-encoding': 'br;q=0' } })
  expect(refused.headers).not.toHaveProperty('content-encoding')
  const again = await app.inject({ url: '/a.js', headers: { 'if-none-match': String(plain.headers.etag) } })
  expect(again).toMatchObject({ statusCode: 304, body: '' })
})
