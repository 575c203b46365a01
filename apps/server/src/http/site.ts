import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { noRoute, sendAnswer } from './problem.ts'

interface Page {
  readonly html: string
  readonly csp: string
  readonly modifiedAtMs: number
}

/**
 * Serves the exported dashboard; each page with a policy that allows its own inline scripts and styles, no others. A build
 * under a running server changes both, so files are looked up at each request.
 */
export function registerSite(app: FastifyInstance, root: string): void {
  const files = existsSync(root) ? globSync('**/*.html', { cwd: root }) : []
  if (files.length === 0) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The dashboard is not built: run `npm run build`.\n'),
    )
    return
  }
  void app.register(fastifyStatic, {
    root,
    index: false,
    redirect: false,
    cacheControl: false,
    dotfiles: 'ignore',
    // A page that the static handler served would come without its policy.
    allowedPath: (path) => !path.endsWith('.html'),
    setHeaders: (reply, file) => {
      const immutable = file.includes('/_next/static/')
      void reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const pages = new Map<string, Page>()
  const send = async (reply: FastifyReply, file: string): Promise<FastifyReply> => {
    const { html, csp } = await readPage(join(root, file), pages)
    return reply
      .header('content-security-policy', csp)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html)
  }
  for (const file of files) {
    const name = file.replace(/\.html$/, '')
    app.get(name === 'index' ? '/' : `/${name}`, async (_request, reply) => send(reply, file))
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) return sendAnswer(reply, noRoute(request))
    void reply.code(404)
    return files.includes('404.html') ? send(reply, '404.html') : reply.type('text/plain').send('Not found\n')
  })
}

/** Reads the page from disk. While a build has removed the file, returns the last known page. */
async function readPage(path: string, pages: Map<string, Page>): Promise<Page> {
  const known = pages.get(path)
  try {
    const { mtimeMs } = await stat(path)
    if (known?.modifiedAtMs === mtimeMs) return known
    const html = await readFile(path, 'utf8')
    const page = { html, csp: policyOf(html), modifiedAtMs: mtimeMs }
    pages.set(path, page)
    return page
  } catch (error) {
    if (known) return known
    throw error
  }
}

/** Hashes what the page holds inline; neither unsafe-inline nor unsafe-eval. */
export function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(([, head]) => !/\ssrc=/.test(head!))
    .map(([, , body]) => hash(body!))
  const styles = [...html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)].map(([, body]) => hash(body!))
  const attributes = [...html.matchAll(/\sstyle="([^"]*)"/g)].map(([, value]) => hash(unescapeHtml(value!)))
  const unique = (sources: readonly string[]): string => [...new Set(sources)].map((source) => ` ${source}`).join('')
  return [
    "default-src 'none'",
    `script-src 'self'${unique(scripts)}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `style-src 'self'${unique(styles)}${attributes.length > 0 ? ` 'unsafe-hashes'${unique(attributes)}` : ''}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
    "worker-src 'self'",
  ].join('; ')
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
