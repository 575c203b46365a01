import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const restore: Command = {
  usage: '<folder> [--data-dir D]',
  summary: 'Puts a backup back, while no server runs; what was there is kept beside it',
  options: dataDirOption,
  run: async ({ values, positionals: [source] }) => {
    if (source === undefined) throw new UsageError('restore takes the folder of a backup.')
    const { restoreBackup } = await import('@plugboard/server/backup')
    const former = await restoreBackup(resolve(source), dataDirOf(values['data-dir']))
    console.log('The backup is in place.')
    if (former !== null) console.log(`What was there before lies in ${former}`)
    return 0
  },
}
