import { operations } from '@plugboard/protocol/operations'
import { openApi } from '@plugboard/protocol/openapi'
import type { FastifyInstance } from 'fastify'
import { policyOf } from './site.ts'

const VERSION = '1'

interface Documented {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema?: unknown
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >
}

interface ApiDocs {
  readonly json: string
  readonly page: string
  readonly policy: string
}

/** `/api/openapi.json`, and a page of it for people. What can be asked is no secret; asking takes a role. */
export function registerApiDocs(app: FastifyInstance, basePath: string): void {
  // Made at the first request: it takes 40 ms, which a start does not need to spend.
  let written: ApiDocs | undefined
  const docs = (): ApiDocs => (written ??= writeDocs(basePath))
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json').send(docs().json))
  app.get('/api/docs', async (_request, reply) => {
    const { page, policy } = docs()
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page)
  })
}

function writeDocs(basePath: string): ApiDocs {
  const document = openApi(operations, VERSION, basePath)
  const page = pageOf(document.paths as Record<string, Record<string, Documented>>, basePath)
  return { json: JSON.stringify(document, null, 2), page, policy: policyOf(page) }
}

function pageOf(paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>, basePath: string): string {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const groups = Map.groupBy(all, ({ operation }) => operation.operationId.split('.')[0]!)
  const names = [...groups.keys()]
  const links = names.map((name) => `<li><a href="#${name}">${escape(name)}</a></li>`).join('')
  const sections = [...groups].map(
    ([name, entries]) => `<section id="${name}"><h2>${escape(name)}</h2>${entries.map(entryOf).join('')}</section>`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plugboard API</title><link rel="icon" href="${basePath}/icon.svg"><style>${STYLE}</style></head><body><nav aria-label="Nouns"><ul>${links}</ul></nav><main><h1>Plugboard API</h1>
<p>Send an API token: <code>Authorization: Bearer …</code>. A refusal is <code>application/problem+json</code> with a <code>code</code>. A write may carry an
<code>Idempotency-Key</code>. The same operations go over Socket.IO as <code>call(operation, input)</code>. The document for programs is
<a href="${basePath}/api/openapi.json">openapi.json</a>.</p>${sections.join('')}</main></body></html>`
}

function entryOf({ path, method, operation }: { path: string; method: string; operation: Documented }): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const shown = parameters.filter(({ name }) => name !== 'Idempotency-Key')
  const rows = shown.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td><code>${typeOf(schema)}</code></td></tr>`,
  )
  const body = requestBody && Object.values(requestBody.content)[0]
  const answer = Object.values(responses)[0]?.content?.['application/json']
  return `<article id="${operationId}"><h3><span class="method">${method}</span> <code>${escape(path)}</code></h3>
<p>${marked(summary)}. <span class="role">${escape(description)}</span> <code class="name">${operationId}</code></p>
${rows.length > 0 ? `<table><tbody>${rows.join('')}</tbody></table>` : ''}${fold('Body', body?.schema)}${fold('Answer', answer?.schema)}</article>`
}

function fold(title: string, schema: unknown): string {
  if (schema === undefined) return ''
  return `<details><summary>${title}</summary><pre tabindex="0">${escape(JSON.stringify(schema, null, 2))}</pre></details>`
}

/** What stands between backticks is code. */
function marked(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function typeOf(schema: unknown): string {
  const { type, enum: values, anyOf } = (schema ?? {}) as { type?: string; enum?: unknown[]; anyOf?: unknown[] }
  if (values) return escape(values.map((value) => JSON.stringify(value)).join(' | '))
  if (anyOf) return anyOf.map(typeOf).join(' | ')
  return escape(type ?? 'any')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#e2e5ea, #2a2f36); --muted: light-dark(#525a66, #a3acb8); --accent: light-dark(#2450d8, #7d9dff); --sunken: light-dark(#eef0f3, #0a0c0e); }
body { margin: 0; font: 14px/20px ui-sans-serif, system-ui, sans-serif; background: light-dark(#f6f7f9, #0e1013); color: light-dark(#15181d, #e9ecf0); display: grid; grid-template-columns: 216px minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100dvh; overflow: auto; border-right: 1px solid var(--line); padding: 24px 16px; box-sizing: border-box; }
nav ul { list-style: none; margin: 0; padding: 0; } nav a { display: block; padding: 6px 8px; text-decoration: none; }
main { padding: 24px 32px 96px; max-width: 960px; } a { color: var(--accent); } h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 40px; }
h3 { font-size: 14px; margin: 0; overflow-wrap: anywhere; } article { border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-top: 16px; background: light-dark(#fff, #16191d); }
.method { display: inline-block; min-width: 64px; color: var(--accent); } .role, .name { color: var(--muted); }
code, pre { font: 13px/20px ui-monospace, monospace; } pre { background: var(--sunken); padding: 12px; overflow: auto; border-radius: 6px; margin: 8px 0 0; max-height: 480px; }
table { border-collapse: collapse; margin: 8px 0; } td { padding: 4px 24px 4px 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; } summary { cursor: pointer; color: var(--muted); padding: 4px 0; }
@media (max-width: 760px) { body { display: block; } nav { position: static; height: auto; border: 0; padding: 16px 16px 0; } nav ul { display: flex; flex-wrap: wrap; } main { padding: 8px 16px 64px; } }
`
