import type { Command } from '../command.ts'

/** Each flag stands for the setting of the same name. */
const SETTINGS = {
  port: 'PLUGBOARD_PORT',
  host: 'PLUGBOARD_HOST',
  'data-dir': 'PLUGBOARD_DATA_DIR',
  'plugin-paths': 'PLUGBOARD_PLUGIN_PATHS',
  bundled: 'PLUGBOARD_BUNDLED',
  node: 'PLUGBOARD_NODE',
  'vm-id': 'PLUGBOARD_VM_ID',
  origins: 'PLUGBOARD_ORIGINS',
  'tls-cert': 'PLUGBOARD_TLS_CERT',
  'tls-key': 'PLUGBOARD_TLS_KEY',
  'log-level': 'PLUGBOARD_LOG_LEVEL',
} as const

export const start: Command = {
  usage: '[--safe] [--port N] [--host H] [--data-dir D] …',
  summary: 'Starts the server; --safe starts no plugin. Other flags: the settings of the README, in lower case',
  options: {
    safe: { type: 'boolean' },
    'behind-proxy': { type: 'boolean' },
    ...Object.fromEntries(Object.keys(SETTINGS).map((flag) => [flag, { type: 'string' as const }])),
  },
  run: async ({ values }) => {
    for (const [flag, name] of Object.entries(SETTINGS)) {
      const value = values[flag]
      if (typeof value === 'string') process.env[name] = value
    }
    if (values.safe === true) process.env.PLUGBOARD_SAFE = '1'
    if (values['behind-proxy'] === true) process.env.PLUGBOARD_BEHIND_PROXY = '1'
    await import('@plugboard/server/main')
    return undefined
  },
}
