import { registerHooks, setSourceMapsSupport, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { syntaxErrorIn } from '../guest-protocol/syntax-error.ts'

const SDK = '@plugboard/plugin-sdk'

export interface ModuleHooksOptions {
  readonly sdkUrl: string
  /** JavaScript of TypeScript modules, by URL. */
  readonly sources: Readonly<Record<string, string>>
}

/** A module that was loaded, and its text as far as that is known. */
interface Loaded {
  readonly url: string
  readonly source: unknown
}

/** Resolves the SDK to the host's copy, serves the sources that the host has prepared, and remembers what was loaded last. */
export class ModuleHooks {
  #last: Loaded | null = null

  constructor({ sdkUrl, sources }: ModuleHooksOptions) {
    // What was compiled, not only stripped, has its lines elsewhere.
    const isMapped = Object.values(sources).some((source) => source.includes('\n//# sourceMappingURL='))
    if (isMapped) setSourceMapsSupport(true)
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === SDK ? { url: sdkUrl, shortCircuit: true } : next(specifier, context),
      load: (url, context, next) => {
        if (Object.hasOwn(sources, url)) {
          this.#last = { url, source: sources[url] }
          return { format: 'module', source: sources[url]!, shortCircuit: true }
        }
        // Before it is read: Node refuses TypeScript that it cannot strip here.
        this.#last = { url, source: null }
        const loaded = next(url, context)
        this.#last = { url, source: loaded.source }
        return loaded
      },
    })
  }

  /**
   * Names the file and the line of a syntax error. Node leaves them out of the errors of ES modules. A module is parsed
   * right after it was loaded, so the faulty one is that which was loaded last.
   */
  locate(thrown: unknown): unknown {
    if (!(thrown instanceof SyntaxError)) return thrown
    const [, file, excerpt] = LOCATED.exec(thrown.stack ?? '') ?? []
    if (file !== undefined) return syntaxErrorIn(file, thrown, excerpt)
    if (!this.#last?.url.startsWith('file:') || hasOtherFrames(thrown)) return thrown
    const { url, source } = this.#last
    const error = whyUnusable(source) ?? thrown
    return syntaxErrorIn(fileURLToPath(url), error, error.stack)
  }
}

/** Where Node knows the place, it puts the file, the line and the text around it before the stack. */
const LOCATED = /^(?:file:\/\/)?(\/.*?)(:\d+\n[^]*)$/

/** An error that the plugin's own code threw, for example by `JSON.parse`, has frames besides those of Node and of ours. */
function hasOtherFrames({ stack = '' }: Error): boolean {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '))
  return frames.some((line) => !line.includes('node:') && !line.includes(import.meta.filename))
}

/**
 * What the parser says, with the line. It knows all of JavaScript, because TypeScript contains it; what it accepts and
 * Node does not are decorators.
 */
function whyUnusable(source: unknown): Error | null {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) return null
  const text = typeof source === 'string' ? source : Buffer.from(source).toString()
  try {
    stripTypeScriptTypes(text)
  } catch (thrown) {
    return thrown as Error
  }
  const decorator = /^[ \t]*@[\w$]/m.exec(text)
  if (!decorator) return null
  const line = text.slice(0, decorator.index).split('\n').length
  const error = new SyntaxError('a decorator, which Node does not know: compile the plugin before it is loaded')
  error.stack = `:${line}\n${text.split('\n')[line - 1]}`
  return error
}
