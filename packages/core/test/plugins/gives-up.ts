import { definePlugin } from '@plugboard/plugin-sdk'

/** Gives up each event of type `hopeless` the first time that it comes, and reports what it was told with `report`. */
export default definePlugin(({ deadLetters, health }) => {
  const seen: string[] = []
  return {
    handleEvent(event) {
      if (event.type === 'report') {
        if (event.data === null) health.report('ok')
        else health.report('degraded', event.data as string)
        return
      }
      if (!seen.includes(event.id)) setImmediate(() => deadLetters.add(event, new Error('it was refused')))
      seen.push(event.id)
    },
    status: () => seen.length,
  }
})
