import { definePlugin, type PluginContext } from '@plugboard/plugin-sdk'

type Config = { readonly isLenient?: boolean }
type Order = { readonly order: number; readonly amount?: number; readonly currency?: string }

/** Throws at orders that lack their amount, until its config says that it takes them. */
export default definePlugin<Config>((context: PluginContext<Config>) => ({
  updateConfig() {},
  handleEvent({ data }) {
    const { order, amount, currency } = data as Order
    if (context.config.isLenient) return
    if (currency) throw new RangeError(`no such currency: "${currency}"`)
    if (amount === undefined) throw new TypeError(`order ${order} has no amount`)
  },
}))
