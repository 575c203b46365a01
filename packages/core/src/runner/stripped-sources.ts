import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isInside } from '../catalog/permission.ts'

const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+\.m?ts)['"]/g
const MAX_FILES = 500
const MAX_FILE_BYTES = 512 * 1_024
/** They travel in one frame; what does not fit, the guest strips itself. */
const MAX_TOTAL_BYTES = 768 * 1_024
const MAX_CACHED = 1_000

const cache = new Map<string, string>()

/**
 * Strips the types of a plugin's TypeScript modules, so that no guest has to load a compiler. Follows relative imports
 * from the entry, inside the plugin's folder only: what lies outside is for the guest's permissions to decide.
 * @returns JavaScript by module URL
 * @throws SyntaxError where a module uses TypeScript that cannot be stripped, such as enum
 */
export async function stripSources(entryUrl: string, folder: string): Promise<Record<string, string>> {
  const sources: Record<string, string> = {}
  let total = 0
  const waiting = [entryUrl]
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (!/\.m?ts$/.test(url) || Object.hasOwn(sources, url) || Object.keys(sources).length >= MAX_FILES) continue
    const text = await readInside(url, folder)
    if (text === undefined) continue
    const stripped = strip(text, url)
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

/** @throws SyntaxError that names the file and the line, and shows it in place of a stack: that would be ours */
function strip(text: string, url: string): string {
  const key = createHash('sha256').update(text).digest('base64')
  const known = cache.get(key)
  if (known !== undefined) return known
  let stripped
  try {
    stripped = stripTypeScriptTypes(text)
  } catch (cause) {
    throw syntaxError(fileURLToPath(url), cause as Error)
  }
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(key, stripped)
  return stripped
}

/** Node puts the line, and the text around it, before the stack. */
function syntaxError(file: string, cause: Error): SyntaxError {
  const [excerpt = ''] = cause.stack?.split('\n\n', 1) ?? []
  const line = /^:(\d+)\n/.exec(excerpt)?.[1]
  const error = new SyntaxError(`${file}${line === undefined ? '' : `:${line}`}: ${cause.message}`, { cause })
  error.stack = line === undefined ? error.message : `${error.message}\n${excerpt.slice(excerpt.indexOf('\n') + 1)}`
  return error
}
