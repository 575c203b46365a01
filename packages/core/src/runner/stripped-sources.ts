import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isInside } from '../catalog/permission.ts'
import { syntaxErrorIn } from '../guest-protocol/syntax-error.ts'

/** Where types were there are blanks now, thousands in a row: only a few of them are looked at. */
const RELATIVE_IMPORT = /(?:from|import)\s{0,32}\(?\s{0,32}['"](\.{1,2}\/[^'"]+\.m?ts)['"]/g
const MAX_FILES = 500
const MAX_FILE_BYTES = 512 * 1_024
/** They travel in one frame; what does not fit, the guest strips itself. */
const MAX_TOTAL_BYTES = 768 * 1_024
const MAX_CACHED = 1_000

/** Node's code for TypeScript that cannot be stripped because it is more than types. */
const UNSUPPORTED = 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'

const cache = new Map<string, string>()

/**
 * Turns a plugin's TypeScript modules into JavaScript, so that no guest has to load a compiler. Follows relative imports
 * from the entry, inside the plugin's folder only: what lies outside is for the guest's permissions to decide. What
 * looks like an import may be a comment, so a faulty module other than the entry is left to the guest, which names it if
 * it is really imported.
 * @returns JavaScript by module URL
 * @throws SyntaxError where the entry cannot be parsed
 */
export async function stripSources(entryUrl: string, folder: string): Promise<Record<string, string>> {
  const sources: Record<string, string> = {}
  let total = 0
  const waiting = [entryUrl]
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (!/\.m?ts$/.test(url) || Object.hasOwn(sources, url) || Object.keys(sources).length >= MAX_FILES) continue
    const text = await readInside(url, folder)
    if (text === undefined) continue
    let stripped
    try {
      stripped = await toJavaScript(text, url)
    } catch (thrown) {
      if (url === entryUrl) throw thrown
      continue
    }
    // As it travels: escaped.
    total += Buffer.byteLength(JSON.stringify(stripped))
    if (total > MAX_TOTAL_BYTES) break
    sources[url] = stripped
    for (const [, specifier] of stripped.matchAll(RELATIVE_IMPORT)) waiting.push(new URL(specifier!, url).href)
  }
  return sources
}

/** Undefined for what is no plain file of the folder, by real path, or too large. */
async function readInside(url: string, folder: string): Promise<string | undefined> {
  try {
    const path = await realpath(fileURLToPath(url))
    const file = await stat(path)
    return file.isFile() && isInside(path, folder) && file.size <= MAX_FILE_BYTES
      ? await readFile(path, 'utf8')
      : undefined
  } catch {
    return undefined
  }
}

/** @throws SyntaxError that names the file and the line */
async function toJavaScript(text: string, url: string): Promise<string> {
  const key = createHash('sha256').update(text).digest('base64')
  const known = cache.get(key)
  if (known !== undefined) return known
  let stripped
  try {
    stripped = stripTypeScriptTypes(text)
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    if (error.code !== UNSUPPORTED) throw syntaxErrorIn(fileURLToPath(url), error, error.stack)
    stripped = await transform(text, url)
  }
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(key, stripped)
  return stripped
}

/** Enums, namespaces and parameter properties are code: they are compiled, with a source map for the lines of stacks. */
async function transform(text: string, url: string): Promise<string> {
  // Few plugins need it.
  const { transformSync } = await import('amaro')
  try {
    const { code, map } = transformSync(text, { mode: 'transform', sourceMap: true, filename: url })
    return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map ?? '').toString('base64')}`
  } catch (cause) {
    const { message } = cause as Error
    throw new SyntaxError(`${fileURLToPath(url)}: ${message}`, { cause })
  }
}
