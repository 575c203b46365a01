import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'
import { serverOf, urlOption } from '../server-address.ts'

interface Asked {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/** A command that is one operation of a running server. */
function operationCommand({
  usage,
  summary,
  options = {},
  ask,
}: Pick<Command, 'usage' | 'summary'> & {
  readonly options?: Command['options']
  readonly ask: (given: Parameters<Command['run']>[0]) => Asked
}): Command {
  return {
    usage: `${usage} [--url U, default PLUGBOARD_URL]`,
    summary,
    options: { ...options, ...urlOption },
    run: async (given) => {
      const { name, input } = ask(given)
      const { callOperation } = await import('../call-operation.ts')
      return await callOperation({ name, input: JSON.stringify(input), ...serverOf(given.values.url) })
    },
  }
}

const NPM = 'npm:'

/** The commands for versions, by name. They print what the server answers. */
export const versionCommands = {
  install: operationCommand({
    usage: '<folder, .tgz, or npm:name@range> [--digest D]',
    summary: 'Installs a version of a plugin in the catalog of a running server; a path is one on its machine',
    options: { digest: { type: 'string' } },
    ask: ({ values: { digest }, positionals: [source] }) => {
      if (source === undefined) throw new UsageError('install needs a folder, a .tgz or npm:name@range.')
      const from = source.startsWith(NPM) ? { npm: source.slice(NPM.length) } : { path: resolve(source) }
      return { name: 'versions.install', input: { ...from, ...(typeof digest === 'string' && { digest }) } }
    },
  }),
  versions: operationCommand({
    usage: '<plugin>',
    summary: 'Lists the installed versions of a plugin: which runs, stands by, is pinned or banned',
    ask: ({ positionals }) => ({ name: 'versions.list', input: { id: pluginOf(positionals) } }),
  }),
  update: operationCommand({
    usage:
      '<plugin> [version] [--path FOLDER] [--strategy swap|exclusive|restart] [--accept GATES, by commas] [--watch SECONDS] [--dry-run]',
    summary:
      'Lets another version of a plugin take over while it runs, and watches it; --dry-run says what is in the way',
    options: {
      path: { type: 'string' },
      strategy: { type: 'string' },
      accept: { type: 'string' },
      watch: { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
    ask: ({ values: { path, strategy, accept, watch, 'dry-run': dryRun }, positionals }) => ({
      name: 'plugins.update',
      input: {
        id: pluginOf(positionals),
        ...(positionals[1] !== undefined && { version: positionals[1] }),
        ...(typeof path === 'string' && { path: resolve(path) }),
        ...(typeof strategy === 'string' && { strategy }),
        ...(typeof accept === 'string' && { accept: accept.split(',') }),
        ...(typeof watch === 'string' && { watchSeconds: secondsOf(watch) }),
        ...(dryRun === true && { dryRun }),
      },
    }),
  }),
  rollback: operationCommand({
    usage: '<plugin> [version] [--dry-run]',
    summary: 'Goes back to the version before, or to another installed one, from every state',
    options: { 'dry-run': { type: 'boolean' } },
    ask: ({ values: { 'dry-run': dryRun }, positionals }) => ({
      name: 'plugins.rollback',
      input: {
        id: pluginOf(positionals),
        ...(positionals[1] !== undefined && { version: positionals[1] }),
        ...(dryRun === true && { dryRun }),
      },
    }),
  }),
  load: operationCommand({
    usage: '<plugin> <version> [--disabled]',
    summary: 'Loads an installed version of a plugin that is not loaded, and starts it',
    options: { disabled: { type: 'boolean' } },
    ask: ({ values: { disabled }, positionals }) => ({
      name: 'plugins.load',
      input: { id: pluginOf(positionals), version: versionOf(positionals), enabled: disabled !== true },
    }),
  }),
  ban: operationCommand({
    usage: '<plugin> <version> [--reason TEXT] [--lift]',
    summary: 'Says that a version is not to be used, and why; --lift allows it again',
    options: { reason: { type: 'string' }, lift: { type: 'boolean' } },
    ask: ({ values: { reason, lift }, positionals }) => ({
      name: 'versions.ban',
      input: {
        id: pluginOf(positionals),
        version: versionOf(positionals),
        banned: lift !== true,
        ...(typeof reason === 'string' && { reason }),
      },
    }),
  }),
  pin: operationCommand({
    usage: '<plugin> [version, none: lets it go]',
    summary: 'Holds a plugin at a version: an update to another one has to accept that',
    ask: ({ positionals }) => ({
      name: 'versions.pin',
      input: { id: pluginOf(positionals), version: positionals[1] ?? null },
    }),
  }),
} satisfies Readonly<Record<string, Command>>

/** @throws UsageError */
function secondsOf(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && Number.isFinite(seconds)) return seconds
  throw new UsageError(`--watch takes seconds, not ${text}.`)
}

/** @throws UsageError */
function pluginOf([id]: readonly string[]): string {
  if (id !== undefined) return id
  throw new UsageError('the id of a plugin is missing.')
}

/** @throws UsageError */
function versionOf([, version]: readonly string[]): string {
  if (version !== undefined) return version
  throw new UsageError('the version is missing.')
}
