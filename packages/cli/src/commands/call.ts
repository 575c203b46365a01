import type { Command } from '../command.ts'
import { serverOf, urlOption } from '../server-address.ts'

export const call: Command = {
  usage: '<operation> [input as JSON] [--help] [--url U, default PLUGBOARD_URL]',
  summary: 'Calls an operation of a running server with PLUGBOARD_API_TOKEN; without a name, lists all operations',
  options: urlOption,
  explain: async ([name]) => {
    if (name !== undefined) (await import('../call-operation.ts')).explainOperation(name)
  },
  run: async ({ values, positionals: [name, input = '{}'] }) => {
    const { callOperation, printOperations } = await import('../call-operation.ts')
    if (name === undefined) {
      printOperations()
      return 0
    }
    return await callOperation({ name, input, ...serverOf(values.url) })
  },
}
