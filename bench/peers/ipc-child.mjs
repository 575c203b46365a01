// Handles nothing and says how much of it: a count for each message.
let handled = 0

process.on('message', (message) => {
  const events = Array.isArray(message) ? message : [message]
  for (const event of events) if (event.id !== undefined) handled += 1
  process.send(events.length)
})
