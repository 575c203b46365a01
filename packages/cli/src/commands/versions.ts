import type { PluginView } from '@plugboard/protocol'
import type { OperationName, Operations } from '@plugboard/protocol/operations'
import { resolve } from 'node:path'
import type { Ask } from '../call-operation.ts'
import { UsageError, type Command } from '../command.ts'
import { serverOf, urlOption } from '../server-address.ts'
import type * as versionText from '../version-text.ts'

type Given = Parameters<Command['run']>[0]
type Input<Name extends OperationName> = Operations[Name]['input']
type Text = typeof versionText

const NPM = 'npm:'
const dryRunOption = { 'dry-run': { type: 'boolean' } } as const

/** A command that is one operation of a running server; it prints sentences, or with `--json` the answer. */
function operationCommand<Name extends OperationName>({
  usage,
  summary,
  options = {},
  operation,
  input,
  print,
}: Pick<Command, 'usage' | 'summary'> & {
  readonly options?: Command['options']
  readonly operation: Name
  readonly input: (given: Given) => Input<Name>
  readonly print: (
    text: Text,
    answer: Operations[Name]['output'],
    asked: { readonly input: Input<Name>; readonly ask: Ask },
  ) => readonly string[] | Promise<readonly string[]>
}): Command {
  return {
    usage: `${usage} [--json] [--url U, default PLUGBOARD_URL]`,
    summary,
    options: { ...options, ...urlOption, json: { type: 'boolean' } },
    run: async (given) => {
      const asked = input(given)
      const [{ withServer }, text] = await Promise.all([import('../call-operation.ts'), import('../version-text.ts')])
      return await withServer(serverOf(given.values.url), async (ask) => {
        const answer = await ask(operation, asked)
        if (given.values.json === true) console.log(JSON.stringify(answer, null, 2))
        else for (const line of await print(text, answer, { input: asked, ask })) console.log(line)
      })
    },
  }
}

/** The commands for versions, by name. */
export const versionCommands = {
  install: operationCommand({
    usage: '<folder, .tgz, or npm:name@range> [--digest D]',
    summary: 'Installs a version of a plugin in the catalog of a running server; a path is one on its machine',
    options: { digest: { type: 'string' } },
    operation: 'versions.install',
    input: ({ values: { digest }, positionals: [source] }) => {
      if (source === undefined) throw new UsageError('install needs a folder, a .tgz or npm:name@range.')
      const from = source.startsWith(NPM) ? { npm: source.slice(NPM.length) } : { path: resolve(source) }
      return { ...from, ...(typeof digest === 'string' && { digest }) }
    },
    print: ({ installedText }, installed) => installedText(installed),
  }),
  versions: operationCommand({
    usage: '<plugin>',
    summary: 'Lists the installed versions of a plugin, which of them runs, and how its last update is doing',
    operation: 'versions.list',
    input: ({ positionals }) => ({ id: pluginOf(positionals) }),
    print: async ({ versionsText }, versions, { input: { id }, ask }) =>
      versionsText(id, versions, await loaded(id, ask)),
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
      ...dryRunOption,
    },
    operation: 'plugins.update',
    // What the words may be, the server says.
    input: ({ values: { path, strategy, accept, watch, 'dry-run': dryRun }, positionals }) =>
      ({
        id: pluginOf(positionals),
        ...(positionals[1] !== undefined && { version: positionals[1] }),
        ...(typeof path === 'string' && { path: resolve(path) }),
        ...(typeof strategy === 'string' && { strategy }),
        ...(typeof accept === 'string' && { accept: accept.split(',') }),
        ...(typeof watch === 'string' && { watchSeconds: secondsOf(watch) }),
        ...(dryRun === true && { dryRun }),
      }) as Input<'plugins.update'>,
    print: ({ planText, changedText }, answer) =>
      'gates' in answer ? planText(answer, { accepts: true }) : changedText(answer),
  }),
  keep: operationCommand({
    usage: '<plugin>',
    summary: 'Keeps the version that an update has brought, and ends the watching',
    operation: 'plugins.settleUpdate',
    input: ({ positionals }) => ({ id: pluginOf(positionals), verdict: 'good' }),
    print: ({ changedText }, view) => changedText(view),
  }),
  rollback: operationCommand({
    usage: '<plugin> [version] [--dry-run]',
    summary: 'Goes back to the version before, or to another installed one, from every state',
    options: dryRunOption,
    operation: 'plugins.rollback',
    input: ({ values: { 'dry-run': dryRun }, positionals }) => ({
      id: pluginOf(positionals),
      ...(positionals[1] !== undefined && { version: positionals[1] }),
      ...(dryRun === true && { dryRun }),
    }),
    print: ({ planText, changedText }, answer) =>
      'gates' in answer ? planText(answer, { accepts: false }) : changedText(answer),
  }),
  load: operationCommand({
    usage: '<plugin> <version> [--disabled]',
    summary: 'Loads an installed version of a plugin that is not loaded, and starts it',
    options: { disabled: { type: 'boolean' } },
    operation: 'plugins.load',
    input: ({ values: { disabled }, positionals }) => ({
      id: pluginOf(positionals),
      version: versionOf(positionals),
      enabled: disabled !== true,
    }),
    // The plan of a dry run has steps: none is asked for here.
    print: ({ stateText }, answer) => ('steps' in answer ? [] : stateText(answer)),
  }),
  ban: operationCommand({
    usage: '<plugin> <version> [--reason TEXT] [--lift]',
    summary: 'Says that a version is not to be used, and why; --lift allows it again',
    options: { reason: { type: 'string' }, lift: { type: 'boolean' } },
    operation: 'versions.ban',
    input: ({ values: { reason, lift }, positionals }) => ({
      id: pluginOf(positionals),
      version: versionOf(positionals),
      banned: lift !== true,
      ...(typeof reason === 'string' && { reason }),
    }),
    print: (_, _versions, { input: { id, version, banned } }) => [
      banned ? `${id} ${version} is banned.` : `${id} ${version} may be used again.`,
    ],
  }),
  pin: operationCommand({
    usage: '<plugin> [version, none: lets it go]',
    summary: 'Holds a plugin at a version: an update to another one has to accept that',
    operation: 'versions.pin',
    input: ({ positionals }) => ({ id: pluginOf(positionals), version: positionals[1] ?? null }),
    print: (_, _versions, { input: { id, version } }) => [
      version === null ? `${id} is not pinned any more.` : `${id} is pinned to ${version}.`,
    ],
  }),
  remove: operationCommand({
    usage: '<plugin> <version>',
    summary: 'Removes an installed version that is neither in use nor pinned',
    operation: 'versions.remove',
    input: ({ positionals }) => ({ id: pluginOf(positionals), version: versionOf(positionals) }),
    print: (_, _nothing, { input: { id, version } }) => [`${id} ${version} is removed.`],
  }),
} satisfies Readonly<Record<string, Command>>

/** @returns null where it is not loaded: a version may be installed all the same */
async function loaded(id: string, ask: Ask): Promise<PluginView | null> {
  try {
    return await ask('plugins.get', { id })
  } catch (thrown) {
    if ((thrown as { readonly code?: unknown }).code === 'PLUGIN_NOT_FOUND') return null
    throw thrown
  }
}

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
