// Answers requests with its process id; pm2 runs it in cluster mode and waits until it is ready.
import { createServer } from 'node:http'

const server = createServer((_request, response) => response.end(String(process.pid)))
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'))
process.on('SIGINT', () => server.close(() => process.exit(0)))
