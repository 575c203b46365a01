/** What a plugin threw, as data: its own words, never the host's. */
export interface ThrownInfo {
  readonly name: string
  readonly message: string
  readonly stack: string | null
  readonly code: string | null
}

const MAX_MESSAGE = 2_048
const MAX_STACK = 8_192

/** Turns anything that can be thrown into data. Never throws, whatever getters and proxies the value has. */
export function describeThrown(thrown: unknown): ThrownInfo {
  try {
    if (thrown instanceof Error) {
      const { code } = thrown as { code?: unknown }
      return {
        name: String(thrown.name).slice(0, 128),
        message: String(thrown.message).slice(0, MAX_MESSAGE),
        stack: typeof thrown.stack === 'string' ? thrown.stack.slice(0, MAX_STACK) : null,
        code: typeof code === 'string' ? code.slice(0, 128) : null,
      }
    }
    const shown = typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown) : String(thrown)
    return { name: 'NonError', message: `threw ${shown}`.slice(0, MAX_MESSAGE), stack: null, code: null }
  } catch {
    return { name: 'NonError', message: 'threw a value that cannot be shown', stack: null, code: null }
  }
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
