import { definePlugin } from '@plugboard/plugin-sdk'

export type TalksConfig = { readonly lines: number; readonly exitCode?: number }

/** Logs so many numbered lines at once with 1 KB of fields each, and then exits if it has an exit code. */
export default definePlugin<TalksConfig>(({ config, logger }) => ({
  handleEvent() {
    for (let n = 0; n < config.lines; n += 1) logger.info(String(n), { padding: 'x'.repeat(1_000) })
    if (config.exitCode !== undefined) process.exit(config.exitCode)
  },
}))
