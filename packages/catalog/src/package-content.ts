import { parseMetadata, PluginError } from '@plugboard/core'
import type { PluginMetadata } from '@plugboard/plugin-sdk'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf, filesOf, type PackageFile } from './digest.ts'
import { invalid } from './errors.ts'
import { SIGNATURE_FILE } from './signature.ts'

/** What lies in the folder of a package that was unpacked. */
export interface PackageContent {
  readonly metadata: PluginMetadata
  /** By path, the signature left out. */
  readonly files: readonly PackageFile[]
  readonly digest: string
  /** The text of the signature file; null where there is none. */
  readonly signature: string | null
  /** Of `package.json`, which ranges of Plugboard it works with; null where it does not say. */
  readonly engine: string | null
  readonly sizeBytes: number
}

/** @throws CatalogError `PACKAGE_INVALID` */
export async function readContent(folder: string): Promise<PackageContent> {
  const all = await filesOf(folder)
  const files = all.filter(({ path }) => path !== SIGNATURE_FILE)
  const metadata = await readMetadata(folder, files)
  const entry = metadata.entryPoint.replace(/^\.\//, '')
  if (!files.some(({ path }) => path === entry)) throw invalid('entry', metadata.entryPoint, 'is not in the package')
  const hasSignature = all.length > files.length
  return {
    metadata,
    files,
    digest: digestOf(files),
    signature: hasSignature ? await readFile(join(folder, SIGNATURE_FILE), 'utf8') : null,
    engine: await readEngine(folder, files),
    sizeBytes: all.reduce((sum, { size }) => sum + size, 0),
  }
}

/** @throws CatalogError `PACKAGE_INVALID` */
export async function readMetadata(folder: string, files: readonly PackageFile[]): Promise<PluginMetadata> {
  const text = await readOne(folder, files, 'plugin.json')
  if (text === null) throw invalid('metadata', 'plugin.json', 'is missing')
  if (hasProto(text)) throw invalid('metadata', 'plugin.json', 'has a field __proto__')
  try {
    return parseMetadata(text, 'plugin.json')
  } catch (thrown) {
    throw invalid('metadata', 'plugin.json', `is faulty: ${PluginError.from(thrown).message}`).causedBy(thrown)
  }
}

/** A field of this name would be lost, or worse, in whoever copies the object. */
function hasProto(text: string): boolean {
  let found = false
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''), (key, value: unknown) => {
      if (key === '__proto__') found = true
      return value
    })
  } catch {
    // What is no JSON is refused for that.
  }
  return found
}

async function readEngine(folder: string, files: readonly PackageFile[]): Promise<string | null> {
  const text = await readOne(folder, files, 'package.json')
  if (text === null) return null
  try {
    const { engines } = JSON.parse(text) as { readonly engines?: { readonly plugboard?: unknown } }
    return typeof engines?.plugboard === 'string' ? engines.plugboard : null
  } catch (thrown) {
    throw invalid('dependencies', 'package.json', 'is no JSON').causedBy(thrown)
  }
}

/** Of a file that is larger nobody reads JSON. */
const MAX_JSON_BYTES = 1_048_576

async function readOne(folder: string, files: readonly PackageFile[], path: string): Promise<string | null> {
  const found = files.find((file) => file.path === path)
  if (!found) return null
  if (found.size > MAX_JSON_BYTES) throw invalid('size', path, `is larger than ${MAX_JSON_BYTES} bytes`)
  return readFile(join(folder, path), 'utf8')
}
