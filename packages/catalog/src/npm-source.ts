import { fork } from 'node:child_process'
import { once } from 'node:events'
import { CatalogError } from './errors.ts'
import { watchSize } from './watch-size.ts'

export interface NpmOptions {
  /** Default: npm's own. */
  readonly registry?: string | undefined
  /** How long it may take in all. */
  readonly timeoutMs: number
  /** How many bytes it may take on disk meanwhile: packed and unpacked, with what is not needed to run. */
  readonly maxBytes: number
}

/** What the process that fetches is told, and what it answers. */
export interface NpmOrder {
  readonly spec: string
  /** It is there, and empty. */
  readonly folder: string
  /** Holds what is downloaded; it is removed afterwards. */
  readonly cache: string
  readonly registry: string | undefined
}
export type NpmAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/**
 * Puts a package of an npm registry, and what it needs to run, into a folder; no script of any of them is run. That happens
 * in a process of its own: it can be ended, and what npm's libraries take of memory is given back.
 * @throws CatalogError `NPM_FAILED`
 */
export async function fetchFromNpm(
  order: Omit<NpmOrder, 'registry'>,
  { registry, timeoutMs, maxBytes }: NpmOptions,
): Promise<void> {
  const { spec } = order
  const isSource = import.meta.url.endsWith('.ts')
  const child = fork(new URL(isSource ? './npm-fetch.ts' : './npm-fetch.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Nothing of this process's own secrets, and no settings of npm.
    env: { PATH: process.env.PATH, HOME: order.cache },
    execArgv: isSource ? ['--conditions=@plugboard/source'] : [],
  })
  let stopped: string | null = null
  const stop = (reason: string): void => {
    stopped ??= reason
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => stop(`it took more than ${timeoutMs / 1_000} s`), timeoutMs)
  // npm writes all of it before its files can be checked one by one.
  const bound = watchSize([order.folder, order.cache], maxBytes, () =>
    stop(`it takes more than ${Math.round(maxBytes / 1_048_576)} MB`),
  )
  let answer: NpmAnswer | null = null
  child.on('message', (message) => void (answer = message as NpmAnswer))
  child.on('error', (thrown) => void (answer ??= { ok: false, reason: thrown.message }))
  child.send({ ...order, registry } satisfies NpmOrder)
  await once(child, 'close')
  clearTimeout(timer)
  await bound.stop()
  const told = answer as NpmAnswer | null
  if (told?.ok && stopped === null) return
  const reason = stopped ?? (told?.ok === false ? told.reason : 'it ended early')
  throw new CatalogError('NPM_FAILED', `${spec} could not be fetched: ${reason}`, { spec, reason })
}
