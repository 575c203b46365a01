// The layers (rooms) of each package (house), from the top down. A layer may import only layers below it; type imports
// count, too.

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
      ['tracing', 'followed events: where they went, and what came of them'],
      ['config', 'schemas, validation in a thread, secrets'],
      ['catalog', 'plugins on disk: release, metadata, limits, dependencies, permissions'],
      ['errors', 'PluginError and the types of a crash'],
      ['guest-protocol', 'the messages between host and guest, and their codec'],
      ['util', 'what knows nothing of plugins'],
    ],
  },
  {
    name: 'server',
    folder: 'apps/server/src',
    rooms: [
      ['.', 'main.ts, and app.ts, the composition root'],
      ['http', 'REST, sign-in, OpenAPI, metrics; the exported dashboard and its policy'],
      ['gateway', 'sockets: topics, deltas, operations'],
      ['net', 'what sockets and HTTP share: request guard, budgets, connections that wait for sign-in'],
      ['operations', 'what can be requested: a handler for each operation, behind one wrapper'],
      ['desired', 'what is requested of each plugin, written before it is done; config revisions'],
      ['versions', 'installed versions: which run, which are pinned or banned; uploads'],
      ['records', 'all that is stored of what happens'],
      ['dead-letters', 'dead letters: stored, grouped, replayed, discarded'],
      ['incidents', 'incidents and the timeline'],
      ['logs', 'plugins’ logs'],
      ['profiles', 'recordings of plugins, as files'],
      ['telemetry', 'samples, rings, minutes that become hours and days'],
      ['sources', 'where events come from'],
      ['views', 'core objects and stored rows → protocol views, by noun'],
      ['auth', 'accounts, sessions, API tokens, roles'],
      ['audit', 'who did what: a chain of rows'],
      ['errors', 'errors of the wire'],
      ['store', 'SQLite in two threads: tables, migrations, outbox, backup'],
      ['settings', 'the environment, and the plugins that ship'],
    ],
  },
  {
    name: 'dashboard',
    folder: 'apps/dashboard/src',
    rooms: [
      ['app', 'routes: they only compose'],
      ['components/styleguide', 'every part in every state, in development'],
      ['components/shell', 'the frame around each page'],
      ['components/palette', '⌘K'],
      ['components/settings', 'the settings page'],
      ['components/overview', 'the first page'],
      ['components/plugins', 'the list of plugins, and the page of one'],
      ['components/audit', 'the audit page'],
      ['components/versions', 'installed versions, updates, and how a package is installed'],
      ['components/profiles', 'recordings, as flame graphs and call trees'],
      ['components/logs', 'the log of a plugin, and those of several'],
      ['components/explore', 'one metric of several plugins'],
      ['components/silences', 'plugins whose trouble is known'],
      ['components/dead-letters', 'events that failed, by their cause'],
      ['components/incidents', 'incidents and the history tab'],
      ['components/activity', 'the stream of all that happened'],
      ['components/events', 'the events page'],
      ['components/traces', 'followed events: the list, and the way of one'],
      ['components/dependencies', 'the graph'],
      ['components/config', 'form and JSON editor on one draft'],
      ['components/permissions', 'what a plugin may do'],
      ['components/actions', 'all that is done to a plugin, the plan first where it affects others'],
      ['components/access', 'sign-in'],
      ['components/charts/group', 'charts that share a cursor and a range'],
      ['components/charts/draw', 'curves, axes, strips'],
      ['components/charts/data', 'series, buckets, ranges'],
      ['navigation', 'the addresses of pages'],
      ['components/feedback', 'what an operation came to, as a toast'],
      ['components/ui', 'the parts that everything is made of'],
      ['live', 'the one connection: topics, operations, session'],
      ['messages', 'every text, in each language'],
      ['format', 'figures and times in a language'],
      ['hooks', 'React hooks that know nothing of Plugboard'],
      ['stubs', 'stand-ins for parts of libraries that are not needed'],
    ],
  },
]
