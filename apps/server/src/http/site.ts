import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { noRoute, sendAnswer } from './problem.ts'
import { encodedBody, SiteFiles, type SiteFile } from './site-files.ts'

/**
 * Serves the exported dashboard; each page with a policy that allows its own inline scripts and styles, no others.
 * @param basePath empty, or the path that the board is reached under, such as `/board`
 */
export function registerSite(app: FastifyInstance, root: string, basePath = ''): void {
  const pages = existsSync(root) ? globSync('**/*.html', { cwd: root }) : []
  if (pages.length === 0) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The dashboard is not built: run `npm run build`.\n'),
    )
    return
  }
  const files = new SiteFiles(root, basePath)
  const policies = new WeakMap<SiteFile, string>()
  const sendPage = async (request: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const page = await files.read(name)
    if (!page) {
      reply.callNotFound()
      return reply
    }
    const policy = policies.get(page) ?? policyOf(page.text)
    policies.set(page, policy)
    return sendText(request, reply.header('content-security-policy', policy), page)
  }
  // Other text than pages; a page that came this way would come without its policy.
  app.addHook('onRequest', async (request, reply) => {
    const { method, url } = request
    const path = pathOf(url)
    if ((method !== 'GET' && method !== 'HEAD') || path === null || path.endsWith('.html')) return
    const file = await files.read(path.slice(1))
    if (!file) return
    void reply.header('cache-control', path.startsWith('/_next/static/') ? IMMUTABLE : 'no-cache')
    return sendText(request, reply, file)
  })
  void app.register(fastifyStatic, {
    root,
    index: false,
    redirect: false,
    cacheControl: false,
    dotfiles: 'ignore',
    allowedPath: (path) => !path.endsWith('.html'),
    setHeaders: (reply, file) => {
      void reply.header('cache-control', file.includes('/_next/static/') ? IMMUTABLE : 'no-cache')
    },
  })
  for (const file of pages) {
    const name = file.replace(/\.html$/, '')
    app.get(name === 'index' ? '/' : `/${name}`, async (request, reply) =>
      sendPage(request, reply.header('cache-control', 'no-cache'), file),
    )
  }
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) return sendAnswer(reply, noRoute(request))
    void reply.code(404).header('cache-control', 'no-cache')
    return pages.includes('404.html')
      ? sendPage(request, reply, '404.html')
      : reply.type('text/plain').send('Not found\n')
  })
}

const IMMUTABLE = 'public, max-age=31536000, immutable'

/** Null where it cannot be decoded. */
function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?')[0]!)
  } catch {
    return null
  }
}

async function sendText({ headers }: FastifyRequest, reply: FastifyReply, file: SiteFile): Promise<FastifyReply> {
  void reply.type(file.type).header('etag', file.etag).header('vary', 'accept-encoding')
  if (headers['if-none-match'] === file.etag && reply.statusCode === 200) return reply.code(304).send()
  const encoded = await encodedBody(file, headers['accept-encoding'])
  if (!encoded) return reply.send(file.text)
  return reply.header('content-encoding', encoded.encoding).send(encoded.body)
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
