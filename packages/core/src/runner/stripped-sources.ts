import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'

const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+\.m?ts)['"]/g
const MAX_FILES = 500
const MAX_FILE_BYTES = 512 * 1_024
const MAX_CACHED = 1_000

const cache = new Map<string, string>()

/**
 * Strips the types of a plugin's TypeScript modules, so that no guest has to load a compiler [PLATFORM 1]. Follows
 * relative imports from the entry; what it does not find, the guest's own Node strips.
 * @returns JavaScript by module URL
 * @throws SyntaxError where a module uses TypeScript that cannot be stripped, such as enum
 */
export async function stripSources(entryUrl: string): Promise<Record<string, string>> {
  const sources: Record<string, string> = {}
  const waiting = [entryUrl]
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (!/\.m?ts$/.test(url) || Object.hasOwn(sources, url) || Object.keys(sources).length >= MAX_FILES) continue
    const text = await readFile(new URL(url), 'utf8').catch(() => undefined)
    if (text === undefined || text.length > MAX_FILE_BYTES) continue
    const stripped = strip(text)
    sources[url] = stripped
    for (const [, specifier] of stripped.matchAll(RELATIVE_IMPORT)) waiting.push(new URL(specifier!, url).href)
  }
  return sources
}

function strip(text: string): string {
  const key = createHash('sha256').update(text).digest('base64')
  const known = cache.get(key)
  if (known !== undefined) return known
  const stripped = stripTypeScriptTypes(text)
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(key, stripped)
  return stripped
}
