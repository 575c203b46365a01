import { definePlugin, type LogLevel } from '@plugboard/plugin-sdk'

export type Line = { readonly level: LogLevel; readonly text: string; readonly n: number }

/** Logs what the data of its events says. */
export default definePlugin(({ logger }) => ({
  handleEvent({ data }) {
    const { level, text, n } = data as Line
    logger.log(level, text, { n })
  },
}))
