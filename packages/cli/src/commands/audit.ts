import { UsageError, type Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const audit: Command = {
  usage: 'verify [--data-dir D]',
  summary: 'Verifies the integrity of the audit log; names the first entry that is wrong',
  options: dataDirOption,
  run: async ({ values, positionals: [act] }) => {
    if (act !== 'verify') throw new UsageError('audit needs one word: verify.')
    const { verifyAudit } = await import('@plugboard/server/audit')
    const { rows, brokenAt, lastHash } = await verifyAudit(dataDirOf(values['data-dir']))
    if (brokenAt === null) console.log(`The audit log is intact: ${rows} entries, the last one with hash ${lastHash}.`)
    else console.error(`The audit log is broken at entry ${brokenAt}; the entries before it are intact.`)
    return brokenAt === null ? 0 : 1
  },
}
