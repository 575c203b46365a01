/** One plugin of the demo: who it is, what it gets, and how it behaves. */
export interface DemoPlugin {
  readonly id: string
  readonly name: string
  /** The topic that it handles. */
  readonly topic: string
  readonly config: Readonly<Record<string, string | number>>
  readonly permissions?: readonly unknown[]
  readonly limits?: Readonly<Record<string, number>>
}

/** Events per second of each topic. */
export const TOPICS = { 'order.paid': 2, 'page.viewed': 5, 'mail.queued': 5, 'stock.changed': 1 } as const

const plain = (name: string, topic: string, config: DemoPlugin['config'] = {}): DemoPlugin => ({
  id: name.toLowerCase().replaceAll(' ', '-'),
  name,
  topic,
  config: { says: `${name} handled`, ...config },
})

/** 31 plugins, as a shop would run them. */
export const PLUGINS: readonly DemoPlugin[] = [
  { ...plain('Search indexer', 'page.viewed', { busyMs: 40 }) },
  { ...plain('Image resizer', 'page.viewed', { busyMs: 1 }) },
  { ...plain('Invoice mailer', 'mail.queued', { waitMs: 400 }), limits: { mailboxCapacity: 5 } },
  { ...plain('Payments', 'order.paid', { needs: 'currency' }), permissions: ['NetworkAccess'] },
  { ...plain('Stripe bridge', 'stripe.webhook', { needs: 'signature' }), permissions: ['NetworkAccess'] },
  plain('Feed import', 'feed.item', { needs: 'price' }),
  plain('Geo lookup', 'geo.asked', { needs: 'address' }),
  plain('Rate limiter', 'page.viewed', { limit: 100 }),
  {
    ...plain('Report writer', 'order.paid'),
    permissions: [{ name: 'FileSystemAccess', write: ['/var/spool/reports'] }],
  },
  plain('Warehouse sync', 'stock.changed', { waitMs: 20 }),
  plain('Price watcher', 'stock.changed'),
  plain('Coupon engine', 'order.paid', { busyMs: 2 }),
  plain('Tax calculator', 'order.paid', { busyMs: 1 }),
  plain('Fraud check', 'order.paid', { busyMs: 3 }),
  plain('Loyalty points', 'order.paid'),
  plain('Newsletter', 'mail.queued'),
  plain('Welcome mail', 'mail.queued', { waitMs: 10 }),
  plain('Bounce handler', 'mail.queued'),
  plain('Session counter', 'page.viewed'),
  plain('Heat map', 'page.viewed', { busyMs: 1 }),
  plain('Referrer log', 'page.viewed'),
  plain('Bot filter', 'page.viewed'),
  plain('Cart reminder', 'order.paid', { waitMs: 5 }),
  plain('Shipping labels', 'order.paid', { waitMs: 15, passesOn: 'parcel.labelled' }),
  plain('Returns desk', 'parcel.labelled'),
  plain('Stock forecast', 'stock.changed', { busyMs: 4 }),
  plain('Supplier orders', 'stock.changed'),
  plain('Currency rates', 'stock.changed'),
  plain('Chat relay', 'page.viewed'),
  plain('Backup watcher', 'stock.changed'),
  plain('Uptime probe', 'stock.changed'),
]

/** What a plugin takes as its config. */
export const CONFIG_SCHEMA = {
  type: 'object',
  properties: {
    says: { type: 'string', title: 'Log line' },
    busyMs: { type: 'number', minimum: 0, title: 'Computes for', description: 'Milliseconds for each event' },
    waitMs: { type: 'number', minimum: 0, title: 'Waits for', description: 'Milliseconds for each event' },
    needs: { type: 'string', title: 'Field that must be there' },
    passesOn: { type: 'string', title: 'Topic that it publishes for each event' },
    limit: { type: 'number', minimum: 1, title: 'Limit', description: 'Requests per minute' },
  },
}
