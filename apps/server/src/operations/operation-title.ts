import type { OperationName } from '@plugboard/protocol/operations'

type Detail = Readonly<Record<string, unknown>>

/** What was done, without who did it; a function where the input decides what that was. */
type Did = string | ((detail: Detail) => { readonly code?: string; readonly did: string })

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const toVersion = (did: string) => (detail: Detail) => ({
  did: typeof detail.version === 'string' ? `${did} to ${detail.version}` : did,
})
const ofVersion = (did: string) => (detail: Detail) => ({ did: `Version ${text(detail.version)} ${did}` })

const DID: Readonly<Partial<Record<OperationName, Did>>> = {
  'plugins.load': 'Loaded',
  'plugins.enable': 'Enabled',
  'plugins.disable': 'Disabled',
  'plugins.restart': 'Restarted',
  'plugins.unload': 'Unloaded',
  'plugins.setRestartPolicy': ({ policy }) => ({ did: `Auto-restart set to ${text(policy)}` }),
  'plugins.update': toVersion('Updated'),
  'plugins.updateAll': 'Several plugins updated',
  'plugins.rollback': toVersion('Taken back'),
  'plugins.settleUpdate': ({ verdict }) =>
    verdict === 'good' ? { did: 'Update kept' } : { code: 'plugins.settleUpdate.bad', did: 'Update taken back' },
  'plugins.silence': ({ minutes, note }) => {
    const did = `Silenced for ${Number(minutes)} min`
    return text(note) === '' ? { did } : { code: 'plugins.silence.noted', did: `${did} (${text(note)})` }
  },
  'plugins.endSilence': 'Silence ended',
  'permissions.set': 'Permissions set',
  'versions.install': 'A version installed',
  'versions.remove': ofVersion('removed'),
  'versions.pin': (detail) =>
    detail.version === null ? { code: 'versions.unpin', did: 'Pin lifted' } : ofVersion('pinned')(detail),
  'versions.ban': (detail) =>
    detail.banned === false
      ? { code: 'versions.allow', ...ofVersion('allowed again')(detail) }
      : ofVersion('banned')(detail),
  'profiles.record': 'Recording taken',
  'profiles.download': 'Recording downloaded',
  'profiles.remove': 'Recording removed',
  'events.publish': 'Events published',
  'bus.reset': 'Event counters reset',
  'deadLetters.replay': 'Dead letter replayed',
  'deadLetters.replayMany': 'Dead letters replayed',
  'deadLetters.replayEdited': 'Dead letter edited and replayed',
  'deadLetters.stopReplay': 'Replay stopped',
  'deadLetters.discard': 'Dead letter discarded',
  'deadLetters.discardMany': 'Dead letters discarded',
  'deadLetters.putBack': 'Dead letters put back',
  'logs.setLevel': ({ level }) => ({ did: `Log level set to ${text(level)}` }),
  'server.backup': 'Backup made',
}

/** What an operation is in the timeline: a code, which other languages have a sentence for, and the sentence in English. */
export function titleOf(
  operation: string,
  { actor, detail }: { readonly actor: string; readonly detail: Detail | null },
): { readonly code: string; readonly title: string } {
  const known = Object.hasOwn(DID, operation) ? DID[operation as OperationName]! : operation
  const { code = operation, did } = typeof known === 'string' ? { did: known } : known(detail ?? {})
  return { code, title: `${did} by ${actor}.` }
}
