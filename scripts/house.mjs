// The rooms of each house, from the top floor down. A room may import rooms below it, and no others: type imports count too.

/**
 * @typedef {object} House
 * @property {string} name
 * @property {string} folder of its sources
 * @property {[room: string, what: string][]} rooms a folder, or `.` for the files that lie directly in `folder`; a room is
 * all of a folder that is not a room of its own
 */

/** @type {House[]} */
export const HOUSES = [
  {
    name: 'core',
    folder: 'packages/core/src',
    rooms: [
      ['.', 'index.ts, the public exports'],
      ['manager', 'the public face; answers what guests request'],
      ['lifecycle', 'what can be done to plugins: plan, then act'],
      ['plugin', 'one plugin across its instances: status, health, facts'],
      ['instance', 'one running copy of a plugin: its hooks and its state'],
      ['accounting', 'mailbox, window in flight, counters, dead letters'],
      ['supervision', 'restarts, and the reports of crashes'],
      ['runner', 'the host’s side of a guest process; the inline runner'],
      ['guest', 'what runs inside a guest'],
      ['events', 'bus, accepted events, batches'],
      ['config', 'schemas, validation in a thread, secrets'],
      ['catalog', 'plugins on disk: release, metadata, limits, dependencies, permissions'],
      ['errors', 'PluginError and the types of a crash'],
      ['guest-protocol', 'the messages between host and guest, and their codec'],
      ['util', 'what knows nothing of plugins'],
    ],
  },
]
