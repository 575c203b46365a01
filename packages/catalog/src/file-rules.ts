import { invalid } from './errors.ts'

export const MAX_FILES = 10_000
export const MAX_BYTES = 200 * 1_048_576
/** Of a name between two slashes, as most file systems have it. */
const MAX_NAME_BYTES = 255
/** Of a path within a package: with the folder that it is put into, it is still shorter than what the system takes. */
const MAX_PATH_BYTES = 1_024
/** U+FFFD stands where a name was not UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\uFFFD]/u

/** Checks the files of one package: their names one by one, and what they are together. */
export class FileRules {
  /** By the form in which file systems compare names: as it was written. */
  readonly #files = new Map<string, string>()
  readonly #folders = new Map<string, string>()
  #bytes = 0

  /**
   * Takes note of a file that is about to be written.
   * @param path from the package's folder on, with slashes
   * @throws CatalogError `PACKAGE_INVALID`
   */
  takeFile(path: string, size: number): void {
    checkPath(path)
    if (this.#files.size >= MAX_FILES) throw invalid('count', null, `has more than ${MAX_FILES} files`)
    this.#bytes += size
    if (this.#bytes > MAX_BYTES) throw invalid('size', null, `has more than ${MAX_BYTES / 1_048_576} MB`)
    this.#takeFolders(path)
    const folded = fold(path)
    const other = this.#files.get(folded) ?? this.#folders.get(folded)
    if (other !== undefined) throw collision(path, other)
    this.#files.set(folded, path)
  }

  /** @throws CatalogError `PACKAGE_INVALID` */
  takeFolder(path: string): void {
    checkPath(path)
    this.#takeFolders(`${path}/`)
  }

  /** Each folder around a file has one spelling, and is no file. */
  #takeFolders(path: string): void {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end)
      const folded = fold(folder)
      const known = this.#folders.get(folded)
      if (known === folder) continue
      const other = known ?? this.#files.get(folded)
      if (other !== undefined) throw collision(path, other)
      if (this.#folders.size >= MAX_FILES) throw invalid('count', null, `has more than ${MAX_FILES} folders`)
      this.#folders.set(folded, folder)
    }
  }
}

function checkPath(path: string): void {
  const refuse = (why: string): never => {
    throw invalid('name', path, why)
  }
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) refuse('is absolute')
  if (path.includes('\\')) refuse('has a backslash')
  if (UNPRINTABLE.test(path)) refuse('has characters that cannot be shown')
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) refuse(`is longer than ${MAX_PATH_BYTES} bytes`)
  for (const name of path.split('/')) {
    if (name === '' || name === '.') refuse('has an empty part')
    if (name === '..') refuse('leads out of the package')
    if (name === '__proto__') refuse('is a name that no package needs')
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) refuse(`has a part that is longer than ${MAX_NAME_BYTES} bytes`)
  }
}

/** Some file systems keep names that differ only in case, or in how an accent is written, apart; others do not. */
function fold(path: string): string {
  return path.normalize('NFC').toLowerCase()
}

function collision(path: string, other: string): Error {
  const same = path === other || path.startsWith(`${other}/`)
  const why = same ? 'is there twice' : `and ${JSON.stringify(other)} are one name to some file systems`
  return invalid('collision', path, why)
}
