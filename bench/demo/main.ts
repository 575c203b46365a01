// `npm run demo -- [--port N]`: a board with 31 plugins and a recorded hour to try it on. Ctrl-C ends it and takes all of it away.
import { parseArgs } from 'node:util'
import { TestServer } from '../../apps/dashboard/e2e/server.ts'
import { prepareDemo, runTraffic } from './demo.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '7584' } } })
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

await using server = await TestServer.start({ PLUGBOARD_BUNDLED: 'none', PLUGBOARD_PORT: values.port })
console.log('Loading 31 plugins and recording an hour…')
await prepareDemo(server)
console.log(`Create the owner account with this link: ${server.setUpLink ?? server.url}`)
await runTraffic(server, stop.signal)
