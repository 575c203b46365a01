import { PluginManager } from '@plugboard/core'

await using manager = new PluginManager('my-app')
manager.onDidChange((fact) => {
  if (fact.type === 'log') console.log(`${fact.id}: ${fact.message}`)
  if (fact.type === 'state' && fact.error) console.error(`${fact.id} is ${fact.to}: ${fact.error.message}`)
})

const id = await manager.loadPlugin('./greeter.ts')
const event = { type: 'user.joined', data: { name: 'Ada' } }
console.log(await manager.broadcastEvent(event))

const { isHealthy, eventsProcessed } = manager.getPluginHealth(id)
console.log({ isHealthy, eventsProcessed, isolation: manager.getPlugin(id).isolation })
