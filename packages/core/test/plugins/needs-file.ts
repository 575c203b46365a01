import { existsSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

export type NeedsFileConfig = {
  readonly path: string
  readonly otherwise: 'exit' | 'never settle'
}

/** Starts if the file exists. Otherwise it exits, or its `initialize` never settles. */
export default definePlugin<NeedsFileConfig>({
  async initialize({ config, logger }) {
    if (existsSync(config.path)) return
    if (config.otherwise === 'exit') process.exit(1)
    logger.info('waiting')
    await new Promise(() => {})
  },
})
