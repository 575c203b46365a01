import { expect, test } from './fixtures'

test('what failed is looked into, replayed once mended, and discarded, which can be undone', async ({
  page,
  server,
}) => {
  await server.loadCopy('chaos', { id: 'mended', name: 'Mended', config: { errorShare: 0.5 } })
  await page.goto('/plugins?id=mended&tab=deadLetters')
  await expect(page.locator('main summary')).toContainText('11 dead letters')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Replay all 11' })).toBeDisabled()
  // The newest of the group is open.
  await expect(page.getByText('chaos: failure 11 on purpose').first()).toBeVisible()
  await expect(page.getByText(/"topic"|"metric"/).first()).toBeVisible()

  await server.ask('PUT', '/plugins/mended/config', { config: { errorShare: 0 } })
  await page.getByRole('button', { name: 'Restart Mended' }).click()
  // What is below the header moves while the reason why it was stopped goes.
  await expect(page.getByRole('button', { name: 'Replay all 11' })).toBeEnabled()
  await page.getByRole('button', { name: 'Discard all 11' }).click()
  await expect(page.getByText('No dead letters.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('11 dead letters put back')).toBeVisible()
  await page.getByRole('button', { name: 'Replay the newest' }).click()
  await expect(page.getByText('1 event was replayed and handled')).toBeVisible()
  await page.getByRole('button', { name: 'Replay all 10' }).focus()
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
  await page.locator('main summary').first().click()
  await server.ask('POST', '/plugins/broken/restart')
  await page.getByRole('button', { name: 'Replay all 11' }).click()
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
  await page.locator('main summary').first().click()
  await expect(page.getByText('"data": null')).toBeVisible()
  await page.getByRole('button', { name: 'Show the data of vm.big' }).click()
  await expect(page.getByText('yyyyyyyy')).toBeVisible()
  await expect(page.getByRole('button', { name: /Show the data/ })).toHaveCount(0)
})

test('dead letters beyond the newest are read on', async ({ page, server }) => {
  const code =
    'export default ({ deadLetters }) => ({ handleEvent: (event) => deadLetters.add(event, new Error(`no ${event.data.n}`)) })'
  await server.loadCode('gives-up', code, { events: ['vm.big'] })
  const events = Array.from({ length: 45 }, (_, n) => {
    return { specversion: '1.0', id: `gives-up-${n}`, source: 'test', type: 'vm.big', data: { n } }
  })
  await server.ask('POST', '/events', events)
  await page.goto('/dead-letters?plugin=gives-up')
  await page.locator('main summary').first().click()
  await expect(page.getByText('no 44', { exact: true })).toBeVisible()
  await expect(page.getByText('no 0', { exact: true })).toBeHidden()
  await page.getByRole('button', { name: 'Show older entries' }).click()
  await page.getByRole('button', { name: 'Show older entries' }).click()
  await expect(page.getByText('no 0', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Show older entries' })).toBeHidden()
  await expect(page.getByText(/^no \d+$/)).toHaveCount(45)
})

test('over all plugins letters are grouped by cause; and one is edited and replayed', async ({ page, server }) => {
  const code = (name: string): string =>
    `export default { handleEvent({ data }) { if (data.amount === undefined) throw new ${name}('order ' + data.order + ' has no amount') } }`
  await server.loadCode('pays', code('TypeError'), { name: 'Pays', events: ['inbox.*'] })
  await server.loadCode('bills', code('RangeError'), { name: 'Bills', events: ['inbox.*'] })
  for (let order = 0; order < 3; order += 1) {
    const id = `inbox-${order}`
    await server.ask('POST', '/events', { specversion: '1.0', id, source: 'e2e', type: 'inbox.order', data: { order } })
  }
  await page.goto('/')
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /Dead letters/ })
    .click()
  await expect(page.getByText('RangeError: order 2 has no amount')).toBeVisible()
  await page.getByText('TypeError: order 2 has no amount').click()
  await expect(page).toHaveURL(/group=/)

  await page.getByRole('button', { name: 'Edit and replay…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit and replay inbox.order' })
  const editor = dialog.getByRole('textbox', { name: 'Data of the event' })
  await editor.fill('{ "order": ')
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('This is not valid JSON yet.')
  await editor.fill('{ "order": "two" }')
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Failed again: TypeError: order two has no amount')
  await editor.fill('{ "order": 2, "amount": 7 }')
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await expect(page.getByText('1 event was replayed and handled')).toBeVisible()
})

test('a replay that keeps to a rate says how far it is, and can be stopped', async ({ page, server }) => {
  const metadata = { events: ['slow.*'] }
  await server.loadCopy('chaos', { id: 'slow', name: 'Slow', metadata, config: { errorShare: 1 } })
  const events = Array.from({ length: 8 }, (_, n) => {
    return { specversion: '1.0', id: `slow-${n}`, source: 'e2e', type: 'slow.one', data: { n } }
  })
  await server.ask('POST', '/events', events)
  await server.ask('PUT', '/plugins/slow/config', { config: { errorShare: 0 } })
  await page.goto('/dead-letters?plugin=slow')
  await page.locator('main summary').first().click()
  await page.getByRole('combobox', { name: 'How fast' }).selectOption('1 per second')
  await page.getByRole('button', { name: 'Replay all 8' }).click()
  // The answer to the button comes when the replay has ended, or after ten seconds.
  const replay = page.getByRole('region', { name: 'Replaying Slow' })
  await expect(replay).toContainText(/[1-6] handled, [2-7] left · 1 per second/)
  await replay.getByRole('button', { name: 'Stop' }).click()
  const notifications = page.getByRole('region', { name: 'Notifications' })
  await expect(notifications.getByText('Replay stopped')).toBeVisible()
  await expect(notifications.getByText(/^[1-7] events? (was|were) handled, [1-7] events? stays? here\.$/)).toBeVisible()
  await expect(replay).toBeHidden()
})
