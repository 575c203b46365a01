// Behaviour of this Node.js version on which the runtime depends. If a test fails, review the guard or work-around that
// it names; docs/isolation.md has the reasons.
import { spawn } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isAlive, tempFolder } from '../support.ts'

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
  readonly pid: number
  /** It had not ended after that long and was killed. */
  readonly stuck: boolean
}

/** Runs a module in a process of its own. */
async function run(
  code: string,
  { flags = [], withinMs = 10_000 }: { flags?: readonly string[]; withinMs?: number } = {},
): Promise<Ended> {
  const file = join(await tempFolder(), 'canary.mjs')
  await writeFile(file, code)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...flags, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)))
  let stuck = false
  const timer = setTimeout(() => {
    stuck = true
    child.kill('SIGKILL')
  }, withinMs)
  const [exit, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...ended) => resolve(ended)),
  )
  clearTimeout(timer)
  return { code: exit, signal, output: output.trim(), pid: child.pid!, stuck }
}

/** Runs code in a worker thread with these flags; what it posts, or how it ends, is the output. */
async function inThread(code: string, execArgv: readonly string[], options = ''): Promise<string> {
  const { output } = await run(`
    import { Worker } from 'node:worker_threads'
    const worker = new Worker(${JSON.stringify(`const { parentPort } = require('node:worker_threads'); const say = (v) => parentPort.postMessage(v); ${code}`)}, { eval: true, env: {}, execArgv: ${JSON.stringify(execArgv)}, ${options} })
    worker.on('message', (message) => { console.log(message); process.exit(0) })
    worker.on('error', (error) => { console.log('error', error === null ? 'null' : error?.code ?? error?.message); process.exit(0) })
    worker.on('exit', (code) => console.log('exit', code))
  `)
  return output
}

const PERMISSION = [
  '--permission',
  '--disable-warning=PERM0001',
  '--disable-warning=PERM0002',
  '--disable-warning=PERM0006',
  '--disable-warning=ExperimentalWarning',
]

test('canary: one malformed line on Node’s own IPC ends the host', async () => {
  const { code, output } = await run(`
    import { fork } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    const child = process.argv[1] + '.child.mjs'
    writeFileSync(child, "import fs from 'node:fs'; fs.writeSync(3, 'no json' + String.fromCharCode(10)); process.on('disconnect', () => process.exit())")
    fork(child).on('error', () => {}).on('message', () => {})
    setTimeout(() => { console.log('the host lives'); process.exit(0) }, 3000)`)
  expect(code).not.toBe(0)
  expect(output).toContain('SyntaxError')
})

test('canary: process.exit waits for a thread in native code; SIGKILL does not', async () => {
  const { stuck, pid } = await run(
    `import { Worker } from 'node:worker_threads'
     new Worker("require('node:crypto').pbkdf2Sync('a', 'b', 50_000_000, 64, 'sha512')", { eval: true })
     setTimeout(() => process.exit(0), 300)`,
    { withinMs: 2_500 },
  )
  expect(stuck).toBe(true)
  expect(isAlive(pid)).toBe(false)
})

test('canary: an unrolled array loop cannot be ended without --no-turboshaft-loop-unrolling', async () => {
  const code = (flag: string): string => `
    import { Worker } from 'node:worker_threads'
    import v8 from 'node:v8'
    ${flag}
    const worker = new Worker("function fill() { for (;;) new Array(1000).fill(1.5) } fill()", { eval: true })
    setTimeout(async () => { await worker.terminate(); console.log('ended'); process.exit(0) }, 1500)`
  expect(await run(code(''), { withinMs: 5_000 })).toMatchObject({ stuck: true })
  expect(await run(code("v8.setFlagsFromString('--no-turboshaft-loop-unrolling')"))).toMatchObject({ output: 'ended' })
}, 20_000)

test('canary: a thread that is granted workers escapes everything', async () => {
  const code = `const { Worker } = require('node:worker_threads'); new Worker("require('node:worker_threads').parentPort.postMessage(require('node:fs').readFileSync('/etc/hostname').length > 0)", { eval: true, execArgv: [] }).on('message', say)`
  expect(await inThread(code, [...PERMISSION, '--allow-worker'])).toBe('true')
})

test('canary: node:sqlite and FFI do not ask the permission model; their switches take them away', async () => {
  const file = join(await tempFolder(), 'canary.db')
  const database = `try { const { DatabaseSync } = process.getBuiltinModule('node:sqlite'); new DatabaseSync(${JSON.stringify(file)}).close(); say('opened') } catch (error) { say(error.code ?? error.name) }`
  expect(await inThread(database, PERMISSION)).toBe('opened')
  expect(await inThread(database, [...PERMISSION, '--no-experimental-sqlite'])).toBe('TypeError')
  const ffi = `say(typeof process.getBuiltinModule('node:ffi'))`
  expect(await inThread(ffi, PERMISSION)).toBe('object')
  expect(await inThread(ffi, [...PERMISSION, '--no-experimental-ffi'])).toBe('undefined')
})

test('canary: process.kill and priorities are free in a permissioned thread', async () => {
  expect(await inThread(`process.kill(process.ppid, 0); say('signalled')`, PERMISSION)).toBe('signalled')
  expect(await inThread(`require('node:os').setPriority(process.pid, 1); say('set')`, PERMISSION)).toBe('set')
})

test('canary: SIGUSR1 opens the inspector unless it is switched off', async () => {
  const code = `setTimeout(() => process.exit(0), 1500); process.kill(process.pid, 'SIGUSR1')`
  expect((await run(code)).output).toContain('Debugger listening')
  const switchedOff = await run(code, { flags: ['--disable-sigusr1'] })
  expect(switchedOff).toMatchObject({ code: 0, output: expect.not.stringContaining('Debugger listening') })
})

test('canary: limits stop a leak of small objects in its thread; one thing that grows can end the process; buffers are not counted', async () => {
  const limits = 'resourceLimits: { maxOldGenerationSizeMb: 48 }'
  expect(await inThread('const all = []; for (;;) all.push({ all: [all.length] })', [], limits)).toContain(
    'ERR_WORKER_OUT_OF_MEMORY',
  )
  // Which of them aborts the process and which only the thread depends on where it grows last: one of them always does.
  const growing = [
    'const all = []; for (;;) all.push(all)',
    'const all = new Map(); for (let n = 0; ; n += 1) all.set(n, n)',
    'let all = [1]; for (;;) all = all.concat(all, [1])',
  ]
  const ended = await Promise.all(
    growing.map((code) =>
      run(`import { Worker } from 'node:worker_threads'
        new Worker(${JSON.stringify(code)}, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 96 } }).on('error', () => process.exit(0))`),
    ),
  )
  expect(ended.map(({ output }) => output).join()).toMatch(/FATAL ERROR|Fatal JavaScript invalid size error/)
  const buffers =
    'const all = []; for (let n = 0; n < 20; n += 1) all.push(Buffer.alloc(8 * 1024 * 1024, 1)); say("all held")'
  expect(await inThread(buffers, [], limits)).toBe('all held')
})

test('canary: a profile begun after a stall does not know code that was replaced before it; a dormant one makes it known', async () => {
  const code = (base: boolean): string => `
    import { Worker } from 'node:worker_threads'
    const code = "function inner(n) { let x = 0; for (let i = 0; i < 1000; i++) x += Math.sqrt(i * n); return x } function outer() { let s = 0; for (let n = 0; ; n++) s += inner(n) } function start() { outer() } setTimeout(start, 300)"
    const worker = new Worker(code, { eval: true })
    worker.once('online', async () => {
      const kept = ${base} ? await worker.startCpuProfile({ sampleInterval: 2_000_000, maxBufferSize: 1 }) : null
      setTimeout(async () => {
        const handle = await worker.startCpuProfile({ sampleInterval: 2 })
        await new Promise((resolve) => setTimeout(resolve, 500))
        const { nodes } = JSON.parse(await handle.stop())
        console.log(nodes.some(({ callFrame, hitCount }) => hitCount > 0 && ['inner', 'outer'].includes(callFrame.functionName)) ? 'named' : 'not named')
        process.exit(kept ? 0 : 0)
      }, 1_500)
    })`
  expect((await run(code(true))).output).toBe('named')
  expect((await run(code(false))).output).toBe('not named')
})

test('canary: a thread in native code answers no request for a profile', async () => {
  const { output } = await run(`
    import { Worker } from 'node:worker_threads'
    import { execFileSync } from 'node:child_process'
    const pipe = process.argv[1] + '.pipe'
    execFileSync('mkfifo', [pipe])
    const worker = new Worker("require('node:fs').readFileSync(" + JSON.stringify(pipe) + ")", { eval: true })
    worker.once('online', () => setTimeout(async () => {
      const late = new Promise((resolve) => setTimeout(resolve, 800, 'no answer'))
      console.log(await Promise.race([worker.startCpuProfile().then(() => 'answered'), late]))
      process.kill(process.pid, 'SIGKILL')
    }, 300))`)
  expect(output).toBe('no answer')
})

test('canary: a transferred port is not private to who holds it', async () => {
  const code = `
    const { executionAsyncResource, createHook } = require('node:async_hooks')
    const { MessageChannel, MessagePort } = require('node:worker_threads')
    createHook({ init() {} }).enable()
    const { port1, port2 } = new MessageChannel()
    port1.on('message', () => { const found = executionAsyncResource(); say(found instanceof MessagePort || found?.constructor?.name === 'MessagePort' ? 'found' : 'hidden') })
    port2.postMessage('x')`
  expect(await inThread(code, PERMISSION)).toBe('found')
})

test('canary: throw null arrives as an error event whose value is null', async () => {
  expect(await inThread('setImmediate(() => { throw null })', [])).toBe('error null')
})

test('canary: a grant on a folder that does not exist yet covers nothing in it', async () => {
  const folder = join(await tempFolder(), 'later')
  const code = `const fs = require('node:fs'); fs.mkdirSync(${JSON.stringify(folder)}); try { fs.writeFileSync(${JSON.stringify(join(folder, 'x'))}, '1'); say('written') } catch (error) { say(error.code) }`
  expect(await inThread(code, [...PERMISSION, `--allow-fs-write=${folder}`, `--allow-fs-read=${folder}`])).toBe(
    'ERR_ACCESS_DENIED',
  )
})

test('canary: links in a granted folder are followed, and a * opens its neighbours', async () => {
  const folder = await tempFolder()
  const granted = join(folder, 'granted')
  await mkdir(granted)
  await writeFile(join(folder, 'secret'), 'x')
  await symlink(join(folder, 'secret'), join(granted, 'link'))
  const read = (path: string): string =>
    `try { require('node:fs').readFileSync(${JSON.stringify(path)}); say('read') } catch (error) { say(error.code) }`
  const secret = join(folder, 'secret')
  expect(await inThread(read(secret), [...PERMISSION, `--allow-fs-read=${granted}`])).toBe('ERR_ACCESS_DENIED')
  expect(await inThread(read(join(granted, 'link')), [...PERMISSION, `--allow-fs-read=${granted}`])).toBe('read')
  expect(await inThread(read(secret), [...PERMISSION, `--allow-fs-read=${folder}/se*`])).toBe('read')
})

test('canary: --allow-net is all of the network, unix sockets included', async () => {
  const code = `require('node:net').connect('/run/plugboard-canary.sock').on('error', (error) => say(error.code))`
  expect(await inThread(code, [...PERMISSION, '--allow-net'])).toBe('ENOENT')
  expect(await inThread(code, PERMISSION)).toBe('ERR_ACCESS_DENIED')
})

test('canary: stripping types loads a compiler into the process', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'plain.mjs'), 'export const n = 1')
  await writeFile(join(folder, 'typed.mts'), 'export const n: number = 1')
  const memoryOf = async (file: string): Promise<number> =>
    Number(
      (await run(`await import(${JSON.stringify(join(folder, file))}); console.log(process.memoryUsage.rss())`)).output,
    )
  expect((await memoryOf('typed.mts')) - (await memoryOf('plain.mjs'))).toBeGreaterThan(5 * 1_048_576)
})
