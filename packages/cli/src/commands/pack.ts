import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'

export const pack: Command = {
  usage: '<folder> [--out FOLDER] [--key FILE, an ed25519 private key in PEM]',
  summary: 'Makes a package of a plugin’s folder, with what it needs to run; with a key it is signed',
  options: { out: { type: 'string' }, key: { type: 'string' } },
  run: async ({ values: { out, key }, positionals: [folder] }) => {
    if (folder === undefined) throw new UsageError('pack needs the folder of a plugin.')
    const catalog = await import('@plugboard/catalog')
    const packed = await catalog.pack(resolve(folder), {
      ...(typeof out === 'string' && { out }),
      ...(typeof key === 'string' && { privateKey: await readFile(key, 'utf8') }),
    })
    console.log(`${packed.path}\n${packed.files} files, sha256 ${packed.digest}${packed.isSigned ? ', signed' : ''}`)
    return 0
  },
}
