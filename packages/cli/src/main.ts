import { parseArgs } from 'node:util'
import { UsageError, type Command } from './command.ts'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { call } from './commands/call.ts'
import { pack } from './commands/pack.ts'
import { restore } from './commands/restore.ts'
import { start } from './commands/start.ts'
import { verify } from './commands/verify.ts'
import { versionCommands } from './commands/versions.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  backup,
  restore,
  audit,
  call,
  pack,
  verify,
  ...versionCommands,
}

const [name, ...args] = process.argv.slice(2)
const code = await run()
if (code !== undefined) process.exitCode = code

async function run(): Promise<number | undefined> {
  if (name === undefined || name === 'help' || name === '--help') return help()
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) return fail(`There is no command ${name}; \`plugboard help\` lists them.`, 2)
  try {
    if (args.includes('--help')) {
      console.log(`usage: plugboard ${name} ${command.usage}\n${command.summary}.`)
      await command.explain?.(args.filter((arg) => arg !== '--help'))
      return 0
    }
    const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals: true })
    return await command.run({ values: values as Record<string, string | boolean | undefined>, positionals })
  } catch (thrown) {
    const { message, code: errorCode } = thrown as NodeJS.ErrnoException
    const isUsage = thrown instanceof UsageError || errorCode?.startsWith('ERR_PARSE_ARGS')
    return fail(isUsage ? `${message}\nusage: plugboard ${name} ${command.usage}` : message, isUsage ? 2 : 1)
  }
}

function help(): number {
  console.log('usage: plugboard <command>\n')
  for (const [command, { usage, summary }] of Object.entries(COMMANDS)) {
    console.log(`  plugboard ${command} ${usage}\n      ${summary}.`)
  }
  return 0
}

function fail(sentence: string, exitCode: number): number {
  console.error(sentence)
  return exitCode
}
