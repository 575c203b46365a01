// The peer: one message per event over Node's own IPC, one message back for each.
process.on('message', (event) => process.send(event.id))
