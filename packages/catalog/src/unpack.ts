import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { CatalogError, invalid } from './errors.ts'
import { FileRules, MAX_BYTES, MAX_FILES } from './file-rules.ts'

/** A header takes one block of 512 bytes, and the end of a file up to one more. */
const MAX_UNPACKED_BYTES = MAX_BYTES + MAX_FILES * 1_024 + 1_048_576
const FILE_TYPES = ['File', 'OldFile', 'ContiguousFile']
const LINK_TYPES = ['Link', 'SymbolicLink']

/**
 * Unpacks a `.tgz` as npm makes it: the first folder of each name is left out. What is refused is refused before it is
 * written.
 * @param folder is there, and empty
 * @throws CatalogError `PACKAGE_INVALID`, and what reading and writing throws
 */
export async function unpack(archive: Readable, folder: string): Promise<void> {
  const rules = new FileRules()
  let refused: unknown
  const over = new AbortController()
  let written: Promise<void> = Promise.resolve()
  const refuse = (thrown: unknown): void => {
    // The archive has ended already, within this entry.
    if (over.signal.aborted) return
    refused ??= thrown
    parser.abort(refused as Error)
  }
  const parser = new Parser({
    strict: true,
    brotli: false,
    zstd: false,
    onReadEntry: (entry) => {
      written = written.then(async () => {
        if (refused === undefined) await takeEntry(entry, { folder, rules, signal: over.signal }).catch(refuse)
        entry.resume()
      })
    },
  })
  // Entries of a type that nobody knows, and headers that are too long to be read.
  parser.on('ignoredEntry', (entry: ReadEntry) => refuse(invalid('type', entry.path, 'is of an unknown type')))
  // The parser would keep all that follows the end of the archive.
  let isOver = false
  parser.on('eof', () => (isOver = true))
  try {
    await pipeline(
      archive,
      createGunzip(),
      bounded(() => isOver),
      parser as unknown as NodeJS.WritableStream,
    )
  } catch (thrown) {
    // An entry that was cut off would wait for the rest of it.
    over.abort()
    throw refused ?? explain(thrown)
  } finally {
    await written
  }
  if (refused !== undefined) throw refused
}

/** @throws CatalogError `PACKAGE_INVALID` */
async function takeEntry(
  entry: ReadEntry,
  { folder, rules, signal }: { readonly folder: string; readonly rules: FileRules; readonly signal: AbortSignal },
): Promise<void> {
  const { type, size } = entry
  const path = withoutFirst(entry.path)
  if (LINK_TYPES.includes(type)) throw invalid('link', entry.path, 'is a link')
  if (type === 'Directory') {
    if (path !== '') rules.takeFolder(path.replace(/\/$/, ''))
    return
  }
  if (!FILE_TYPES.includes(type)) throw invalid('type', entry.path, 'is neither a file nor a folder')
  rules.takeFile(path, size)
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await pipeline(entry as unknown as NodeJS.ReadableStream, createWriteStream(file, { flags: 'wx', mode: 0o644 }), {
    signal,
  })
}

/** npm puts all files of a package into one folder, which is called `package` in most of them. @throws CatalogError */
function withoutFirst(path: string): string {
  const end = path.indexOf('/')
  const first = end === -1 ? path : path.slice(0, end)
  if (first === '' || first === '..' || first === '.')
    throw invalid('name', path, 'does not lie in the folder of the package')
  if (end === -1) throw invalid('name', path, 'does not lie in the folder of the package')
  return path.slice(end + 1)
}

/** Refuses an archive that unpacks to more than a package may have, and one that is packed twice. */
function bounded(isOver: () => boolean): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isFirst = bytes === 0
      bytes += chunk.length
      if (isFirst && chunk[0] === 0x1f && chunk[1] === 0x8b) done(invalid('archive', null, 'is packed twice'))
      else if (bytes > MAX_UNPACKED_BYTES)
        done(invalid('size', null, `unpacks to more than ${MAX_BYTES / 1_048_576} MB`))
      else done(null, isOver() ? undefined : chunk)
    },
  })
}

/** Codes of zlib and of the tar library become one of ours; what the system refuses stays what it is. */
function explain(thrown: unknown): unknown {
  if (thrown instanceof CatalogError) return thrown
  const { code, message } = thrown as NodeJS.ErrnoException
  if (code === undefined) return thrown
  if (code.startsWith('Z_')) return invalid('gzip', null, 'is no gzip, or ends too early').causedBy(thrown)
  if (code.startsWith('TAR_')) return invalid('archive', null, `is no tar archive: ${message}`).causedBy(thrown)
  return thrown
}
