import { join } from 'node:path'
import type { Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const verify: Command = {
  usage: '[plugin] [version] [--data-dir D]',
  summary: 'Verifies that installed versions are what was installed, file by file; also while the server runs',
  options: dataDirOption,
  run: async ({ values, positionals: [id, version] }) => {
    const { Catalog, CatalogError } = await import('@plugboard/catalog')
    const catalog = await Catalog.read({ folder: join(dataDirOf(values['data-dir']), 'catalog') })
    const installed = (id === undefined ? catalog.ids() : [id]).flatMap((one) => catalog.list(one))
    const wanted = installed.filter((one) => version === undefined || one.version === version)
    let failed = 0
    for (const one of wanted) {
      try {
        await catalog.verify(one.id, one.version)
        console.log(`${one.id} ${one.version}: intact, sha256 ${one.digest}`)
      } catch (thrown) {
        if (!(thrown instanceof CatalogError)) throw thrown
        failed += 1
        console.error(thrown.message)
      }
    }
    const isMissing = wanted.length === 0 && id !== undefined
    if (isMissing) console.error(`${version === undefined ? id : `${id} ${version}`} is not installed`)
    else if (wanted.length === 0) console.log('Nothing is installed.')
    return failed > 0 || isMissing ? 1 : 0
  },
}
