import { UsageError, type Command } from '../command.ts'
import { dataDirOf, dataDirOption } from '../data-dir.ts'

export const audit: Command = {
  usage: 'verify [--data-dir D]',
  summary: 'Checks the chain of the audit; names the first row that breaks it',
  options: dataDirOption,
  run: async ({ values, positionals: [act] }) => {
    if (act !== 'verify') throw new UsageError('audit takes one word: verify.')
    const { verifyAudit } = await import('@plugboard/server/audit')
    const { rows, brokenAt, lastHash } = await verifyAudit(dataDirOf(values['data-dir']))
    if (brokenAt === null) console.log(`The audit is whole: ${rows} rows, up to ${lastHash}.`)
    else console.error(`The audit is broken at row ${brokenAt}; the ${rows} rows before it hold.`)
    return brokenAt === null ? 0 : 1
  },
}
