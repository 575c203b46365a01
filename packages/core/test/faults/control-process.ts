import { setTimeout as sleep } from 'node:timers/promises'

// What a plugin's process would be without the manager: answers each message after the time that it is told, one at a time.
let last = Promise.resolve()
process.on('message', ({ tick, handlerMs }: { readonly tick: number; readonly handlerMs: number }) => {
  last = last.then(async () => {
    await sleep(handlerMs)
    process.send!(tick)
  })
})
