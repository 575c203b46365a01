import { readFileSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

export type ReadsFileConfig = { readonly path: string }

/** Reads the file synchronously at each event. */
export default definePlugin<ReadsFileConfig>(({ config }) => ({
  handleEvent() {
    readFileSync(config.path)
  },
}))
