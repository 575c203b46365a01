import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { Catalog, type CatalogOptions } from '../src/index.ts'

export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-catalog-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function openCatalog(options: Partial<CatalogOptions> = {}): Promise<Catalog> {
  return Catalog.open({ folder: await tempFolder(), ...options })
}

/** Writes files, by path, into a new folder. */
export async function writeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** The files of a small plugin. */
export function pluginFiles(
  more: Readonly<Record<string, string>> = {},
  metadata: object = {},
): Readonly<Record<string, string>> {
  return {
    'plugin.json': JSON.stringify({ id: 'greeter', version: '1.0.0', entryPoint: 'index.js', ...metadata }),
    'index.js': 'export default { handleEvent() {} }\n',
    ...more,
  }
}

/** Everything below a folder, by path. */
export async function treeOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort()
}

/** One entry of a tar archive, as anybody could write it. */
export interface TarEntry {
  readonly name: string
  readonly data?: string | Buffer
  /** `0` file, `1` and `2` links, `3` and `4` devices, `5` folder, `6` pipe, `x` and `g` headers of POSIX, `L` a long name. */
  readonly type?: string
  readonly link?: string
  /** What the header says, if not the size of the data. */
  readonly size?: number
}

const BLOCK = 512

/** Writes a tar archive without any check. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, data = '', type = '0', link = '', size }) => {
    const bytes = Buffer.from(data)
    const header = Buffer.alloc(BLOCK)
    header.write(name, 0, 100)
    header.write('0000644\0', 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write(' '.repeat(8), 148)
    header.write(type, 156)
    header.write(link, 157, 100)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)
    return [header, bytes, padding]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

/** A POSIX header that gives the next entry another name, size and so on. */
export function paxOf(fields: Readonly<Record<string, string>>): TarEntry {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    const length = Buffer.byteLength(rest)
    const total = length + String(length + String(length).length).length
    return `${total}${rest}`
  })
  return { name: 'pax', type: 'x', data: records.join('') }
}

/** A small plugin's archive with further entries. */
export function archiveWith(...entries: readonly TarEntry[]): Buffer {
  const own = Object.entries(pluginFiles()).map(([path, data]): TarEntry => ({ name: `package/${path}`, data }))
  return gzipSync(tarOf([...own, ...entries]))
}

export function streamOf(bytes: Buffer): { readonly kind: 'stream'; readonly stream: Readable } {
  return { kind: 'stream', stream: Readable.from([bytes]) }
}
