// Runs in a process of its own: see npm-source.ts.
import Arborist from '@npmcli/arborist'
import npa from 'npm-package-arg'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pacote from 'pacote'
import type { NpmAnswer, NpmOrder } from './npm-source.ts'

const REGISTRY_TYPES = ['version', 'range', 'tag']

// Whoever ordered it has ended, or has the answer.
process.once('disconnect', () => process.exit())

process.once('message', (order: NpmOrder) => {
  fetchAll(order).then(
    () => answer({ ok: true }),
    (thrown: unknown) => answer({ ok: false, reason: reasonOf(thrown) }),
  )
})

function answer(message: NpmAnswer): void {
  process.send!(message, undefined, undefined, () => process.disconnect?.())
}

async function fetchAll({ spec, folder, cache, registry }: NpmOrder): Promise<void> {
  checkSpec(spec)
  const options = {
    cache,
    ...(registry !== undefined && { registry }),
    ignoreScripts: true,
    audit: false,
    fund: false,
    binLinks: false,
    packageLock: false,
    fetchRetries: 1,
    allowGit: 'none',
    allowFile: 'none',
    allowDirectory: 'none',
    allowRemote: 'none',
  } as const
  await pacote.extract(spec, folder, options)
  const needs = await readNeeds(folder)
  // In a folder of its own: what only its author needs would be looked up as well, and may be nowhere.
  const beside = join(cache, 'needs')
  await mkdir(beside, { recursive: true })
  await writeFile(join(beside, 'package.json'), JSON.stringify(needs))
  await new Arborist({ path: beside, ...options }).reify({ omit: ['dev', 'peer'], save: false, ...options })
  const modules = join(beside, 'node_modules')
  if (!existsSync(modules)) return
  // It names the registry, which has no part in what the package is.
  await rm(join(modules, '.package-lock.json'), { force: true })
  await rm(join(folder, 'node_modules'), { recursive: true, force: true })
  await rename(modules, join(folder, 'node_modules'))
}

/** A package of a registry by name, and nothing else: no folder of this machine, no address, no repository. */
function checkSpec(spec: string): void {
  const { type } = npa(spec)
  if (!REGISTRY_TYPES.includes(type)) throw new Error(`${spec} does not name a package of a registry`)
}

interface Needs {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** What a package needs to run. @throws Error for a dependency that is no package of a registry */
async function readNeeds(folder: string): Promise<Needs> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) throw new Error('it has no package.json')
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(file, 'utf8')) as Needs
  for (const [name, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    const resolved = npa.resolve(name, range)
    const { type } = resolved.subSpec ?? resolved
    if (!REGISTRY_TYPES.includes(type)) throw new Error(`it needs ${name} from ${range}, which is no registry`)
  }
  return { dependencies, optionalDependencies }
}

function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { readonly code?: unknown; readonly message?: unknown }
  if (code === 'E404' || code === 'ETARGET') return 'the registry has no such version'
  return typeof message === 'string' ? message : String(thrown)
}
