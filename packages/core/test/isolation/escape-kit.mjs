// A plugin that tries to get out. Each attempt throws, rejects or returns undefined where it was stopped.
import { EventEmitter, once } from 'node:events'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const builtin = (name) => process.getBuiltinModule(`node:${name}`)
const emitted = async (emitter, event) => {
  const failed = once(emitter, 'error').then(([error]) => Promise.reject(error))
  await Promise.race([once(emitter, event), failed])
  return event
}
let context
const elsewhere = '/etc/hostname'
/** The variables beyond those that each plugin is given; undefined when there is none. */
const unexpectedOf = (environment) => {
  const found = Object.entries(environment).filter(
    ([name]) => !/^(TMPDIR|TZ|LANG|LANGUAGE|LC_[A-Z_]+|NODE_EXTRA_CA_CERTS)$/.test(name),
  )
  return found.length > 0 ? found : undefined
}

const FILES = {
  'read a file by its absolute path': () => fs.readFileSync('/etc/passwd'),
  'read a file through ..': () => fs.readFileSync(new URL('../../../../../../etc/passwd', import.meta.url)),
  'read a file by a path of bytes': () => fs.readFileSync(Buffer.from('/etc/passwd')),
  'read a file with a promise': () => fs.promises.readFile('/etc/passwd'),
  'read a file as a stream': () => emitted(fs.createReadStream('/etc/passwd'), 'data'),
  'read a file as a blob': async () => (await fs.openAsBlob('/etc/passwd')).text(),
  'read a file as an env file': () => process.loadEnvFile('/etc/environment'),
  'import a module from elsewhere': () => import(elsewhere),
  'require a module from elsewhere': () => require(elsewhere),
  'list a folder': () => fs.readdirSync('/'),
  'walk a folder': () => fs.opendirSync('/etc'),
  'search a folder': () => fs.globSync('/etc/*').at(0),
  'watch a folder': () => fs.watch('/etc'),
  'ask whether a file exists': () => fs.statSync('/etc/passwd'),
  'ask about a file system': () => fs.statfsSync('/'),
  'write beside its data folder': () => fs.writeFileSync(path.join(context.dataPath, '..', 'out'), 'x'),
  'write into its own code': () => fs.writeFileSync(new URL('./written.mjs', import.meta.url), 'x'),
  'write into the temporary folder': () => fs.writeFileSync('/tmp/plugboard-escaped', 'x'),
  'make a symbolic link out of its data folder': () => fs.symlinkSync('/etc', path.join(context.dataPath, 'link')),
  'make a hard link': () => fs.linkSync('/etc/passwd', path.join(context.dataPath, 'hard')),
  'rename a file of somebody else': () => fs.renameSync('/etc/hostname', path.join(context.dataPath, 'hostname')),
  'copy a file of somebody else': () => fs.cpSync('/etc/passwd', path.join(context.dataPath, 'copy')),
  'read the data of a neighbour': () => fs.readdirSync(path.join(context.dataPath, '..', 'neighbour')),
  'follow a symbolic link in its own folder': () => fs.readFileSync(new URL('./link-out', import.meta.url)),
}

const PROC = {
  'read the environment of its host': () => fs.readFileSync(`/proc/${process.ppid}/environ`),
  'read the command line of its host': () => fs.readFileSync(`/proc/${process.ppid}/cmdline`),
  'read the memory of its own process': () => fs.openSync('/proc/self/mem', 'r+'),
  'leave through /proc/self/root': () => fs.readFileSync('/proc/self/root/etc/passwd'),
  'leave through /proc/self/cwd': () => fs.readFileSync('/proc/self/cwd/../../../etc/passwd'),
  'open its channel through /proc/self/fd': () => fs.openSync('/proc/self/fd/3', 'r+'),
  'list the open files of its process': () => fs.readdirSync('/proc/self/fd'),
  'move to another folder': () => (process.chdir('/'), 'moved'),
}

const CODE = {
  'open a database': () => builtin('sqlite').DatabaseSync,
  'require node:sqlite': () => require('node:sqlite'),
  'import node:sqlite': () => import('node:sqlite'),
  'call native code (FFI)': () => builtin('ffi').dlopen,
  'require node:ffi': () => require('node:ffi'),
  'load a native addon': () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
  'use internal bindings': () => process.binding('fs'),
  'start a WASI program': () => new (builtin('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }),
  'start a worker': () => new (builtin('worker_threads').Worker)('1', { eval: true }),
  'start a worker without flags': () => new (builtin('worker_threads').Worker)('1', { eval: true, execArgv: [] }),
  'start a worker for hooks': () => builtin('module').register('data:text/javascript,'),
  'spawn a program': () => emitted(builtin('child_process').spawn('true'), 'exit'),
  'run a shell': () => builtin('child_process').execSync('true'),
  'fork a process': () => emitted(builtin('child_process').fork('/dev/null'), 'exit'),
  'become another program': () => process.execve('/bin/true', ['true'], {}),
  'become another user': () => (process.setuid(1), 'became'),
  'abort its process': () => process.abort(),
  'set flags of V8': () => builtin('v8').setFlagsFromString('--allow-natives-syntax') ?? 'set',
  'write a heap snapshot': () => builtin('v8').writeHeapSnapshot('/tmp/plugboard-escaped.heapsnapshot'),
  'write a report': () => process.report.writeReport('/tmp/plugboard-escaped.json'),
}

const NETWORK = {
  'connect to a port': () => emitted(builtin('net').connect(9, '127.0.0.1'), 'connect'),
  'connect to a unix socket': () => emitted(builtin('net').connect('/run/plugboard.sock'), 'connect'),
  'listen on a port': () => emitted(builtin('net').createServer().listen(0, '127.0.0.1'), 'listening'),
  'listen on a unix socket': () =>
    emitted(builtin('net').createServer().listen('/tmp/plugboard-escaped.sock'), 'listening'),
  'send a datagram': () => emitted(builtin('dgram').createSocket('udp4').bind(0), 'listening'),
  'look up a name': () => builtin('dns').promises.lookup('localhost'),
  'ask a name server': () => builtin('dns').promises.resolve4('localhost'),
  fetch: () => fetch('http://127.0.0.1:9/'),
  'open a WebSocket': () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket('ws://127.0.0.1:9/')
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new Error('refused')))
    }),
  'speak HTTP/2': () => emitted(builtin('http2').connect('http://127.0.0.1:9'), 'connect'),
}

const NEIGHBOURS = {
  'signal its host': () => process.kill(process.ppid, 0),
  'signal its host, the lower way': () => process._kill(process.ppid, 0),
  'signal a neighbour': () => process.kill(Number(context.config.neighbourPid), 0),
  'signal every process': () => process.kill(-1, 0),
  'change the priority of its host': () => builtin('os').setPriority(process.ppid, 19) ?? 'changed',
  'open the inspector of its host': () => process._debugProcess(process.ppid) ?? 'opened',
  'open an inspector': () => builtin('inspector').open(0) ?? 'opened',
  'connect an inspector session': () => new (builtin('inspector').Session)().connect() ?? 'connected',
  'inspect its guardian': () => new (builtin('inspector').Session)().connectToMainThread() ?? 'connected',
  'post a message to its guardian': () => builtin('worker_threads').postMessageToThread(0, 'x'),
  'use its parent port': () => builtin('worker_threads').parentPort?.postMessage('x') ?? undefined,
  'find its guardian’s data': () => builtin('worker_threads').workerData,
  'read from its channel': () => fs.readSync(3, Buffer.alloc(8)),
  'read from its guardian’s channel': () => fs.readSync(5, Buffer.alloc(8)),
  'open its channel anew': () => emitted(new (builtin('net').Socket)({ fd: 3 }), 'data'),
  'query the objects of its thread': () => builtin('v8').queryObjects(Uint8Array, { format: 'summary' }),
  'see what is written through replaced getters': () => {
    const prototype = Object.getPrototypeOf(Uint8Array.prototype)
    const names = ['byteLength', 'length', 'buffer', 'byteOffset']
    const before = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name))
    let seen
    names.forEach((name, n) =>
      Object.defineProperty(prototype, name, {
        configurable: true,
        get() {
          if (before[2].get.call(this).byteLength > 16_000 && this[12] === 0x7b) seen = 'a frame'
          return before[n].get.call(this)
        },
      }),
    )
    context.logger.info('look')
    names.forEach((name, n) => Object.defineProperty(prototype, name, before[n]))
    return seen
  },
  // In two pieces: the pool may hold this file as well.
  'find its orders in the pool of buffers': () =>
    Buffer.from(Buffer.allocUnsafe(1).buffer).includes(['{"coo', 'kie":'].join('')) || undefined,
  'see what memory held before': () => {
    const kept = Array.from({ length: 2_000 }, () => Buffer.allocUnsafeSlow(8_192))
    return kept.find((buffer) => buffer.some(Boolean))
  },
  'see its runner on the stack': () => {
    const prepare = Error.prepareStackTrace
    Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getThis() ?? site.getFunction()).find(Boolean)
    const seen = new Error('look').stack
    Error.prepareStackTrace = prepare
    return seen
  },
  'call its caller': function attempt() {
    return attempt.caller ?? undefined
  },
  'list active handles': () => process._getActiveHandles(),
  'read its environment': () => unexpectedOf(process.env),
  'read the environment of its process': () => {
    const { MALLOC_ARENA_MAX: _, ...others } = process.report.getReport().environmentVariables
    return unexpectedOf(others)
  },
}

/** What any code in a process can see or do; docs/isolation.md says why it is let be. */
const HARMLESS = {
  'name its host’s process id': () => process.ppid,
  'name the machine and its user': () => [builtin('os').hostname(), builtin('os').userInfo().username],
  'list network interfaces': () => builtin('os').networkInterfaces(),
  'read the arguments of its process': () => process.report.getReport().header.commandLine,
  'write to the output that its host logs': () => fs.writeSync(1, ''),
  'end its own thread': () => typeof process.reallyExit,
}

const ATTEMPTS = { ...FILES, ...PROC, ...CODE, ...NETWORK, ...NEIGHBOURS, ...HARMLESS }

async function outcomeOf(attempt) {
  try {
    const result = await Promise.race([
      attempt(),
      new Promise((_, reject) => setTimeout(reject, 3_000, new Error('no answer'))),
    ])
    return result === undefined ? 'DENIED' : 'REACHED'
  } catch {
    return 'DENIED'
  }
}

// A refusal that arrives later, as an error event of something already given up, is a refusal all the same.
process.on('uncaughtException', () => {})
EventEmitter.captureRejections = true

export default {
  initialize: (given) => void (context = given),
  async handleEvent() {
    const outcomes = {}
    for (const [name, attempt] of Object.entries(ATTEMPTS)) outcomes[name] = await outcomeOf(attempt)
    fs.writeFileSync(path.join(context.dataPath, 'outcomes.json'), JSON.stringify(outcomes))
  },
}
