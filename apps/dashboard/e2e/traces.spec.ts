import axe from 'axe-core'
import { expect, test } from './fixtures'

const event = (type: string, data: unknown) => ({ specversion: '1.0', id: type, source: 'spec', type, data })

test('an event is followed from the tail to each plugin and to where it failed, and by its replay', async ({
  page,
  server,
}) => {
  const metadata = { events: ['shipment.*'] }
  await server.loadCopy('chaos', { id: 'breaks', name: 'Breaks', metadata, config: { errorShare: 1 } })
  await page.goto('/events?topic=shipment.*')
  await expect(page.getByText('Waiting for the next event…')).toBeVisible()
  await server.ask('POST', '/events', event('shipment.sent', { weight: 3 }))
  await page.getByRole('button', { name: /shipment\.sent/ }).click()
  await page.getByRole('link', { name: 'Where it went' }).click()

  await expect(page.getByRole('heading', { name: 'shipment.sent' })).toBeVisible()
  await expect(page.locator('main')).toContainText('1 not handled')
  const way = page.getByRole('list', { name: 'Where it went' })
  await expect(way).toContainText(/Breaks.*Failed.*in the queue.*in the handler.*chaos: failure/)
  await way.getByText('shipment.sent').click()
  await expect(way).toContainText('"weight": 3')
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run())
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])

  // Of a plugin that failed, the dead letters are opened; from there it goes back here.
  await way.getByRole('link', { name: 'Breaks' }).click()
  await page.locator('main summary').first().click()
  await page.getByRole('button', { name: 'Replay', exact: true }).last().click()
  await expect(page.getByRole('region', { name: 'Notifications' })).toContainText('Failed again')
  await page.getByRole('link', { name: 'Where it went' }).first().click()
  const rows = page.getByRole('list', { name: 'Followed events' }).getByRole('listitem')
  await expect(rows).toHaveText([/shipment\.sent.*replay.*1 not handled/, /shipment\.sent.*1 not handled/])
  await page.goBack()
  await expect(page.getByRole('link', { name: 'Where it went' }).first()).toBeVisible()
})

test('by keys alone an event is chosen in the tail, followed, and left again', async ({ page, server }) => {
  await page.goto('/events?topic=parcel.*')
  await expect(page.getByText('Waiting for the next event…')).toBeVisible()
  const events = ['parcel.sent', 'parcel.lost', 'parcel.found'].map((type) => event(type, {}))
  await server.ask('POST', '/events', events)
  await expect(page.getByRole('button', { name: /parcel\.found/ })).toBeVisible()
  // The newest one, and the one below it.
  for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByRole('button', { name: /parcel\.lost/ })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Where it went' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'parcel.lost' })).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('list', { name: 'Where it went' }).getByText('{}')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('region', { name: 'Live events' })).toBeVisible()
})

test('the next events of a topic are followed where somebody asks for it, until it is stopped', async ({
  page,
  server,
}) => {
  await page.goto('/events?view=followed')
  await page.getByLabel('Topic').fill('parcel..')
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  const notifications = page.getByRole('region', { name: 'Notifications' })
  await expect(notifications).toContainText('parcel.. is not followed')
  await page.getByLabel('Topic').fill('parcel.*')
  await page.getByRole('button', { name: 'Follow', exact: true }).click()
  const armed = page.getByRole('list', { name: 'Topics that are followed' })
  await expect(armed).toContainText('parcel.*10 more events')
  // Within one second: as samples, at most two of them would be.
  const events = Array.from({ length: 4 }, (_, n) => event('parcel.left', n))
  await server.ask('POST', '/events', events)
  await expect(armed).toContainText('parcel.*6 more events')
  const rows = page.getByRole('list', { name: 'Followed events' }).getByRole('listitem')
  await expect(rows.filter({ hasText: /parcel\.left.*asked for.*No plugin/ })).toHaveCount(4)
  await armed.getByRole('button', { name: 'Stop' }).click()
  await expect(armed).toHaveCount(0)

  await page.getByLabel('Only not handled').check()
  await expect(rows.filter({ hasText: 'parcel.left' })).toHaveCount(0)
  await page.goto('/events?view=followed&event=unknown')
  await expect(page.getByText('This event was not followed, or newer ones')).toBeVisible()
  await page.goto('/events?trace=999999')
  await expect(page.getByText('This followed event is gone')).toBeVisible()
})
