import { definePlugin } from '@plugboard/plugin-sdk'

/** Throws values that are no errors; the event's data says which. */
export default definePlugin({
  handleEvent({ data }) {
    switch (data) {
      case 'null':
        throw null
      case 'undefined':
        return Promise.reject(undefined)
      default:
        throw {
          get message(): string {
            throw new Error('not even this can be read')
          },
        }
    }
  },
})
