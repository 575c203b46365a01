import { writeFileSync } from 'node:fs'
import { definePlugin } from '@plugboard/plugin-sdk'

/** Has a file in its data folder that no other plugin may read. */
export default definePlugin(({ dataPath }) => ({
  start: () => writeFileSync(`${dataPath}/secret`, 'x'),
}))
