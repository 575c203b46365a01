import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const backup: Command = {
  usage: '<folder> [--data-dir D]',
  summary: 'Copies the state of a server, running or not, into a new folder, the key of the secrets included',
  options: dataDirOption,
  run: async ({ values, positionals: [target] }) => {
    if (target === undefined) throw new UsageError('backup needs the folder to create.')
    const { writeBackup } = await import('@plugboard/server/backup')
    const { files } = await writeBackup(dataDirOf(values['data-dir']), resolve(target))
    for (const { name, bytes } of files) console.log(`${name}  ${bytes} bytes`)
    return 0
  },
}
