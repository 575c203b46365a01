// Does no work. Answers each message with its number of events.
let handled = 0

process.on('message', (message) => {
  const events = Array.isArray(message) ? message : [message]
  for (const event of events) if (event.id !== undefined) handled += 1
  process.send(events.length)
})
