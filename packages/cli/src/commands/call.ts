import type { Command } from '../command.ts'

export const call: Command = {
  usage: '<operation> [input as JSON] [--help] [--url U, default PLUGBOARD_URL]',
  summary: 'Calls an operation of a running server with PLUGBOARD_API_TOKEN; without a name, lists all operations',
  options: { url: { type: 'string' } },
  explain: async ([name]) => {
    if (name !== undefined) (await import('../call-operation.ts')).explainOperation(name)
  },
  run: async ({ values, positionals: [name, input = '{}'] }) => {
    const { callOperation, printOperations } = await import('../call-operation.ts')
    if (name === undefined) {
      printOperations()
      return 0
    }
    const { PLUGBOARD_URL, PLUGBOARD_PORT, PLUGBOARD_API_TOKEN: token = null } = process.env
    const here = `http://127.0.0.1:${PLUGBOARD_PORT || 7584}`
    // A variable that is set to nothing is not set.
    const url = typeof values.url === 'string' ? values.url : PLUGBOARD_URL || here
    return await callOperation({ name, input, url, token })
  },
}
