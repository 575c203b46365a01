import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { noRoute, sendAnswer } from './problem.ts'

interface Page {
  readonly url: string
  readonly file: string
  readonly csp: string
}

/** Serves the exported dashboard; each page with a policy that allows its own inline scripts and styles, no others. */
export function registerSite(app: FastifyInstance, root: string): void {
  const pages = existsSync(root) ? readPages(root) : []
  if (pages.length === 0) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The dashboard is not built: run `npm run build`.\n'),
    )
    return
  }
  void app.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    redirect: false,
    cacheControl: false,
    // A page that the static handler served would come without its policy.
    globIgnore: ['**/*.html'],
    setHeaders: (reply, file) => {
      const immutable = file.includes('/_next/static/')
      void reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const { url, file, csp } of pages) {
    app.get(url, async (_request, reply) =>
      reply
        .header('content-security-policy', csp)
        .header('cache-control', 'no-cache')
        .sendFile(file, { cacheControl: false }),
    )
  }
  const missing = pages.find(({ url }) => url === '/404')
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) return sendAnswer(reply, noRoute(request))
    void reply.code(404)
    if (!missing) return reply.type('text/plain').send('Not found\n')
    return reply.header('content-security-policy', missing.csp).sendFile(missing.file, { cacheControl: false })
  })
}

function readPages(root: string): Page[] {
  return globSync('**/*.html', { cwd: root }).map((file) => {
    const name = file.replace(/\.html$/, '')
    const url = name === 'index' ? '/' : `/${name}`
    return { url, file, csp: policyOf(readFileSync(join(root, file), 'utf8')) }
  })
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
