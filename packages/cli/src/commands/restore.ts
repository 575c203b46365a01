import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const restore: Command = {
  usage: '<folder> [--data-dir D]',
  summary: 'Restores a backup while no server runs; the former data is kept beside it',
  options: dataDirOption,
  run: async ({ values, positionals: [source] }) => {
    if (source === undefined) throw new UsageError('restore needs the folder of a backup.')
    const { restoreBackup } = await import('@plugboard/server/backup')
    const former = await restoreBackup(resolve(source), dataDirOf(values['data-dir']))
    console.log('The backup was restored.')
    if (former !== null) console.log(`The former data is in ${former}`)
    return 0
  },
}
