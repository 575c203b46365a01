import type { InstallView, PluginView, UpdatePlanView, UpdateView, VersionView } from '@plugboard/protocol'

/** The sentences that the commands for versions print in place of what the server answered. */

export function installedText({ id, version, isNew, signedBy, removed }: InstallView): string[] {
  const signature = signedBy === null ? 'it is not signed' : `signed by ${signedBy}`
  return [
    isNew ? `${id} ${version} is installed; ${signature}.` : `${id} ${version} was installed already.`,
    ...removed.map((old) => `${id} ${old} was removed: only the latest versions are kept.`),
  ]
}

/** One line for each version, the newest first, and the update, if there was one. */
export function versionsText(id: string, versions: readonly VersionView[], view: PluginView | null): string[] {
  const width = Math.max(...versions.map(({ version }) => version.length))
  const lines = versions.map((one) => {
    const installed = `installed ${timeOf(one.installedAt)} by ${one.installedBy}`
    const signature = one.signedBy === null ? 'not signed' : `signed by ${one.signedBy}`
    return `${one.version.padEnd(width)}  ${[...marksOf(one, view), installed, signature].join(', ')}`
  })
  if (view && !versions.some(({ current }) => current))
    lines.push(`${id} ${view.version} is loaded from ${view.path}, which is no installed version.`)
  return view?.update ? [...lines, ...updateText(view, view.update)] : lines
}

/** What has become of a plugin by an operation on its versions. */
export function changedText(view: PluginView): string[] {
  return view.update ? updateText(view, view.update) : stateText(view)
}

export function stateText({ id, version, state, lastError }: PluginView): string[] {
  return [`${id} ${version} is ${state}.`, ...(state === 'error' && lastError ? [lastError.message] : [])]
}

function updateText(view: PluginView, update: UpdateView): string[] {
  const { id } = view
  const { phase, from, to, until, state, strategy, verdict } = update
  switch (phase) {
    case 'preparing':
      return [`${id} ${to} is imported and initialized; ${from} goes on meanwhile.`]
    case 'handing-over':
      return [`${id} ${to} is taking over from ${from}.`]
    case 'watching': {
      const end = until === null ? '' : ` until ${timeOf(until)} at the latest`
      const rest = strategy === 'restart' ? `${from} is started again` : `${from} stands by and comes back`
      return [
        `${id} ${to} has taken over from ${from}${handedText(state)}.`,
        `It is watched${end}; ${rest} if it fails.`,
        `\`plugboard keep ${id}\` ends the watching, and \`plugboard rollback ${id}\` goes back.`,
      ]
    }
    case 'settled':
      return [`${id} ${to} has taken over from ${from}, and was kept${because(verdict)}.`]
    case 'rolling-back':
      return [`${id} goes back from ${to} to ${from}${because(verdict)}.`]
    case 'rolled-back':
      return [`${id} went back from ${to} to ${from}${because(verdict)}.`]
    case 'failed':
      // It may have failed on its way there, or on its way back.
      return [`The update of ${id} from ${from} to ${to} failed${because(verdict)}.`, ...stateText(view)]
  }
}

/** @param accepts the command takes `--accept` itself */
export function planText(
  { id, from, to, gates, steps }: UpdatePlanView,
  { accepts }: { readonly accepts: boolean },
): string[] {
  const command = accepts ? '' : `plugboard update ${id} ${to} `
  return [
    `${id} ${from} → ${to}`,
    ...gates.map(({ code, message }) => `In the way: ${message} To accept that: ${command}--accept ${code}`),
    ...steps.flatMap(({ reason, loses }, index) => [
      `${index + 1}. ${reason}`,
      ...(loses === null ? [] : [`   Lost: ${loses}`]),
    ]),
  ]
}

function marksOf({ current, standby, pinned, banned }: VersionView, view: PluginView | null): string[] {
  return [
    ...(current ? [view?.state === 'active' ? 'runs' : 'starts next'] : []),
    ...(standby ? [view?.update?.strategy === 'restart' ? 'comes back if the update fails' : 'stands by'] : []),
    ...(pinned ? ['pinned'] : []),
    ...(banned ? [`banned: ${banned.reason.replace(/\.$/, '')}`] : []),
  ]
}

function handedText(state: UpdateView['state']): string {
  return { taken: ', with its state', none: ', which had no state to hand over', dropped: ', without its state' }[
    state ?? 'none'
  ]
}

function because(verdict: UpdateView['verdict']): string {
  return verdict === null ? '' : `: ${verdict.message.replace(/\.$/, '')}`
}

/** In the time of this machine, to the minute. */
function timeOf(at: number): string {
  const date = new Date(at)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}
