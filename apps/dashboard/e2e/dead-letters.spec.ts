import { expect, test } from './fixtures'

test('what failed is looked into, replayed once mended, and discarded after a question', async ({ page, server }) => {
  await server.loadCopy('chaos', { id: 'mended', name: 'Mended', config: { errorShare: 0.5 } })
  await page.goto('/plugins?id=mended&tab=deadLetters')
  await expect(page.getByText('11 dead letters')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Replay all' })).toBeDisabled()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page.getByText('chaos: failure 11 on purpose').first()).toBeVisible()
  await expect(page.getByText(/"topic"|"metric"/).first()).toBeVisible()

  await server.ask('PUT', '/plugins/mended/config', { config: { errorShare: 0 } })
  await server.ask('POST', '/plugins/mended/restart')
  await page.getByRole('button', { name: 'Discard…' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Discard this dead letter?' })
  await dialog.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByText('10 dead letters')).toBeVisible()
  await page.getByRole('button', { name: 'Replay all' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('10 events were replayed and handled')).toBeVisible()
  await expect(page.getByText('No dead letters.')).toBeVisible()
  // The button is gone: the next Tab goes on from where it was.
  await expect(page.locator('main :focus, main:focus')).toHaveCount(1)
})

test('a replay that fails again says why, and says that all other letters are still there', async ({
  page,
  server,
}) => {
  // Only of what is published here: by itself it would be stopped again before the button is pressed.
  const metadata = { events: ['demo.*'] }
  await server.loadCopy('chaos', { id: 'broken', name: 'Broken', metadata, config: { errorShare: 1 } })
  for (let n = 0; n < 11; n += 1)
    await server.ask('POST', '/events', { specversion: '1.0', id: `${n}`, source: 'e2e', type: 'demo.one', data: n })
  await page.goto('/plugins?id=broken&tab=deadLetters')
  await expect(page.getByText('11 dead letters')).toBeVisible()
  await server.ask('POST', '/plugins/broken/restart')
  await page.getByRole('button', { name: 'Replay all' }).click()
  const notifications = page.getByRole('region', { name: 'Notifications' })
  await expect(notifications.getByText(/Failed again: Error: chaos: failure/)).toBeVisible()
  await expect(notifications.getByText(/^0 events were handled, \d+ events stay here\.$/)).toBeVisible()
})

test('what a large event carries is shown when asked for', async ({ page, server }) => {
  const metadata = { events: ['vm.big'] }
  await server.loadCopy('chaos', { id: 'large', name: 'Large', metadata, config: { errorShare: 1 } })
  const event = { specversion: '1.0', id: 'big', source: 'test', type: 'vm.big', data: { text: 'y'.repeat(9_000) } }
  await server.ask('POST', '/events', event)
  await page.goto('/plugins?id=large&tab=deadLetters')
  const letter = page.getByRole('listitem').filter({ hasText: 'vm.big' })
  await letter.locator('summary').click()
  await expect(letter.getByText('"data": null')).toBeVisible()
  await letter.getByRole('button', { name: 'Show the data of vm.big' }).click()
  await expect(letter.getByText('yyyyyyyy')).toBeVisible()
  await expect(letter.getByRole('button', { name: /Show the data/ })).toHaveCount(0)
})

test('dead letters beyond the newest are read on', async ({ page, server }) => {
  const code =
    'export default ({ deadLetters }) => ({ handleEvent: (event) => deadLetters.add(event, new Error(`no ${event.data.n}`)) })'
  await server.loadCode('gives-up', code, { events: ['vm.big'] })
  const events = Array.from({ length: 70 }, (_, n) => {
    return { specversion: '1.0', id: `gives-up-${n}`, source: 'test', type: 'vm.big', data: { n } }
  })
  await server.ask('POST', '/events', events)
  await page.goto('/plugins?id=gives-up&tab=deadLetters')
  await expect(page.getByText('70 dead letters')).toBeVisible()
  await expect(page.getByText('no 69', { exact: true })).toBeVisible()
  await expect(page.getByText('no 0', { exact: true })).toBeHidden()
  await page.getByRole('button', { name: 'Show older entries' }).click()
  await expect(page.getByText('no 0', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show older entries' })).toBeHidden()
  await expect(page.getByText(/^no \d+$/)).toHaveCount(70)
})
