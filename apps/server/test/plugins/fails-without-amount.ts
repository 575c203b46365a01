export default () => ({
  handleEvent({ data }: { data: { order: number; amount?: number; currency?: string } }) {
    if (data.currency) throw new RangeError(`no such currency: "${data.currency}"`)
    if (data.amount === undefined) throw new TypeError(`order ${data.order} has no amount`)
  },
})
