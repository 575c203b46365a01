import { denialOf, isDenied } from './denied.ts'

/** What a plugin threw, as data: its own words, never the host's. */
export interface ThrownInfo {
  readonly name: string
  readonly message: string
  readonly stack: string | null
  readonly code: string | null
}

const MAX_MESSAGE = 2_048
const MAX_STACK = 8_192
/** Of an error with a chain of causes, or with several errors inside. */
const MAX_CAUSES = 6

/** The folder of this package's code, as it stands in stacks. */
const OWN_CODE = /^file:\/\/(.*\/(?:dist|src)\/)(?:guest|bundles)/.exec(import.meta.url)?.[1] ?? null

/**
 * Turns anything that can be thrown into data. Never throws, whatever getters and proxies the value has. The message and
 * the stack include those of the causes, and an access that was refused says which permission it needs.
 */
export function describeThrown(thrown: unknown): ThrownInfo {
  try {
    if (thrown instanceof Error) {
      const chain = chainOf(thrown)
      const { code } = thrown as { code?: unknown }
      return {
        name: String(thrown.name).slice(0, 128),
        message: chain.map(sentenceOf).join('; caused by ').slice(0, MAX_MESSAGE),
        stack: stackOf(chain)?.slice(0, MAX_STACK) ?? null,
        code: typeof code === 'string' ? code.slice(0, 128) : null,
      }
    }
    const shown = typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown) : String(thrown)
    return { name: 'NonError', message: `threw ${shown}`.slice(0, MAX_MESSAGE), stack: null, code: null }
  } catch {
    return { name: 'NonError', message: 'threw a value that cannot be shown', stack: null, code: null }
  }
}

/** The error, then its causes and the errors inside it, each once. */
function chainOf(thrown: Error): unknown[] {
  const chain = new Set<unknown>([thrown])
  for (const error of chain)
    for (const next of insideOf(error))
      if (next !== undefined && next !== null && chain.size < MAX_CAUSES) chain.add(next)
  return [...chain]
}

function insideOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  try {
    const inside: unknown = error instanceof AggregateError ? error.errors : []
    return [error.cause, ...(Array.isArray(inside) ? inside : [])]
  } catch {
    // A getter that throws hides the causes only.
    return []
  }
}

function sentenceOf(error: unknown, place: number): string {
  if (!(error instanceof Error)) return String(error)
  const message = isDenied(error) ? denialOf(error) : String(error.message)
  if (place === 0) return message
  return message === '' ? String(error.name) : `${String(error.name)}: ${message}`
}

function stackOf(chain: readonly unknown[]): string | null {
  const stacks = chain.flatMap((error) => {
    if (!(error instanceof Error) || typeof error.stack !== 'string') return []
    const stack = isDenied(error) ? error.stack.replace(String(error.message), () => denialOf(error)) : error.stack
    return [withoutOwnFrames(stack)]
  })
  return stacks.length === 0 ? null : stacks.join('\nCaused by: ')
}

/** Frames of Plugboard's own code and of Node's inside help nobody who wrote a plugin. A stack of nothing else stays. */
function withoutOwnFrames(stack: string): string {
  const lines = stack.split('\n')
  const isFrame = (line: string): boolean => line.startsWith('    at ')
  const isOther = (line: string): boolean =>
    !line.includes('node:internal/') && !(OWN_CODE !== null && line.includes(OWN_CODE))
  if (!lines.some((line) => isFrame(line) && isOther(line))) return stack
  return lines.filter((line) => !isFrame(line) || isOther(line)).join('\n')
}

/** An error of the runtime's own, in the shape of a thrown one. */
export function ownError(code: string, message: string): ThrownInfo {
  return { name: 'PluginError', message, stack: null, code }
}

/** An error of the runtime itself. The type separates it from errors that plugin code throws in the same place. */
export class ThrownError extends Error {
  override readonly name = 'ThrownError'
  readonly info: ThrownInfo
  readonly interrupted: 'timeout' | 'abort' | null

  constructor(info: ThrownInfo, interrupted: 'timeout' | 'abort' | null = null) {
    super(info.message)
    this.info = info
    this.interrupted = interrupted
  }
}
