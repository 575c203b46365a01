// What is used of npm’s libraries, which bring no types of their own.

declare module 'pacote' {
  export interface FetchOptions {
    readonly cache: string
    readonly registry?: string
    readonly ignoreScripts: boolean
    readonly [option: string]: unknown
  }
  const pacote: { extract(spec: string, folder: string, options: FetchOptions): Promise<unknown> }
  export default pacote
}

declare module '@npmcli/arborist' {
  import type { FetchOptions } from 'pacote'

  export default class Arborist {
    constructor(options: FetchOptions & { readonly path: string })
    reify(options: FetchOptions & { readonly omit: readonly string[]; readonly save: boolean }): Promise<unknown>
  }
}

declare module 'npm-package-arg' {
  export interface Spec {
    readonly type: string
    /** Of an alias. */
    readonly subSpec?: { readonly type: string }
  }
  const npa: ((spec: string) => Spec) & { resolve(name: string, range: string): Spec }
  export default npa
}

declare module 'npm-packlist' {
  export default function packlist(tree: {
    readonly path: string
    readonly package: object
    readonly isProjectRoot: boolean
    readonly edgesOut: ReadonlyMap<string, unknown>
  }): Promise<string[]>
}
