import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import basePathMark from '@plugboard/dashboard/base-path.json' with { type: 'json' }

/** Where an address of the built board begins: the server puts its own base path there. */
const MARK: string = basePathMark.mark

/** What is sent as text, compressed, with the base path in it. */
const TEXT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
}
/** Less would not become smaller. */
const WORTH_COMPRESSING_BYTES = 1_024
const ENCODERS = {
  br: (text: string) => promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (text: string) => promisify(gzip)(text),
}
type Encoding = keyof typeof ENCODERS

export interface SiteFile {
  readonly text: string
  readonly type: string
  readonly etag: string
  readonly modifiedAtMs: number
  readonly encoded: Partial<Record<Encoding, Promise<Buffer>>>
}

/**
 * The text files of the built board as they are sent. A build under a running server changes them, so each is looked up
 * at each request.
 */
export class SiteFiles {
  readonly #root: string
  readonly #basePath: string
  readonly #known = new Map<string, SiteFile>()

  /** @param basePath empty, or such as `/board` */
  constructor(root: string, basePath: string) {
    this.#root = root
    this.#basePath = basePath
  }

  /** @param name relative to the root; null for what is not there, is hidden, outside, or no text. The last known one while a build has removed it. */
  async read(name: string): Promise<SiteFile | null> {
    const type = TEXT_TYPES[extname(name)]
    const path = normalize(name)
    if (type === undefined || path.includes('\0') || path.split(sep).some((part) => part.startsWith('.'))) return null
    const known = this.#known.get(path)
    try {
      const { mtimeMs } = await stat(join(this.#root, path))
      if (known?.modifiedAtMs === mtimeMs) return known
      const text = (await readFile(join(this.#root, path), 'utf8')).replaceAll(MARK, this.#basePath)
      const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
      const file: SiteFile = { text, type, etag, modifiedAtMs: mtimeMs, encoded: {} }
      this.#known.set(path, file)
      return file
    } catch (thrown) {
      if (known) return known
      const { code } = thrown as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG') return null
      throw thrown
    }
  }
}

/** The body of a file in an encoding that the browser takes; null where it is sent as it is. */
export async function encodedBody(
  file: SiteFile,
  acceptEncoding: string | undefined,
): Promise<{ readonly encoding: Encoding; readonly body: Buffer } | null> {
  if (file.text.length < WORTH_COMPRESSING_BYTES) return null
  const encoding = (['br', 'gzip'] as const).find((one) => accepts(acceptEncoding, one))
  if (!encoding) return null
  return { encoding, body: await (file.encoded[encoding] ??= ENCODERS[encoding](file.text)) }
}

function accepts(header: string | undefined, encoding: Encoding): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, quality] = part.trim().split(/\s*;\s*q\s*=\s*/)
    return name === encoding && Number(quality ?? 1) > 0
  })
}
