import { definePlugin } from '@plugboard/plugin-sdk'

/** Throws at each event an error with a name, a code and a message of its own. */
export default definePlugin({
  handleEvent({ data }) {
    throw Object.assign(new TypeError(`bad ${JSON.stringify(data)}`), { code: 'E_BAD' })
  },
})
