import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NAME = '@plugboard/core'

let folder: string | undefined

/**
 * The folder of this package: the files that start threads and processes are found there, by name. Code that was bundled
 * into an application is no longer among them, so the package is then looked up as a dependency of that bundle.
 * @throws Error whose message says what to do, when the package cannot be found
 */
export function ownFolder(): string {
  return (folder ??= find(import.meta.url))
}

/** @param url of this module; a bundle of CommonJS has none */
function find(url: string | undefined): string {
  if (url?.startsWith('file:')) {
    const beside = join(dirname(fileURLToPath(url)), '../..')
    if (nameIn(beside) === NAME) return beside
  }
  const base = url?.startsWith('file:') ? url : pathToFileURL(process.argv[1] ?? join(process.cwd(), 'index.js'))
  try {
    return dirname(createRequire(base).resolve(`${NAME}/package.json`))
  } catch (cause) {
    throw new Error(
      `the files of ${NAME} are not beside this bundle, and ${NAME} cannot be resolved from it. Keep the package out of the ` +
        `bundle (esbuild: --external:${NAME}, Next.js: serverExternalPackages: ['${NAME}']), or install it where the bundle runs`,
      { cause },
    )
  }
}

function nameIn(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name
  } catch {
    return undefined
  }
}
