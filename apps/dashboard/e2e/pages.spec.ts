import { hostname } from 'node:os'
import type { Page } from '@playwright/test'
import { expect, rowOf, test } from './fixtures'

test('events pass by, are filtered by topic, held while paused, and looked into', async ({ page, server }) => {
  const publish = (type: string, data: unknown) =>
    server.ask('POST', '/events', { specversion: '1.0', id: type, source: 'spec', type, data })
  await page.goto('/events')
  const tail = page.getByRole('region', { name: 'Live events' })
  await expect(tail.getByRole('listitem').first()).toContainText('performance.update')
  await tail.getByLabel('Show topics').fill('order.*')
  await expect(tail.getByText('Waiting for the next event…')).toBeVisible()
  await publish('order.placed', { total: 3 })
  await publish('invoice.sent', {})
  await expect(tail.getByRole('listitem')).toHaveCount(1)
  await expect(tail.getByRole('listitem')).toContainText('order.placedspectotal: 3')

  await tail.getByRole('button', { name: 'Pause' }).click()
  await publish('order.paid', { total: 3 })
  await expect(tail.getByText('Paused: 1 new event waits')).toBeVisible()
  await expect(tail.getByRole('listitem')).toHaveCount(1)
  await tail.getByRole('button', { name: /order\.placed/ }).click()
  await expect(tail.getByRole('region', { name: 'Payload' })).toContainText('"total": 3')
  await tail.getByRole('button', { name: 'Resume' }).click()
  await expect(tail.getByRole('listitem')).toHaveCount(2)
  await tail.getByLabel('Show topics').fill('order..')
  await expect(tail.getByRole('alert')).toContainText('Invalid topic pattern')
})

test('a test event is checked as it is typed, published, and counted', async ({ page }) => {
  await page.goto('/events')
  // The tests before have published more topics than are shown.
  await resetCounts(page)
  const publish = page.getByRole('region', { name: 'Publish', exact: true })
  await publish.getByLabel('Topic').fill('not a topic')
  await expect(publish.getByText('Use names separated by dots, without spaces or *.')).toBeVisible()
  await expect(publish.getByRole('button', { name: 'Publish' })).toBeDisabled()
  await publish.getByLabel('Topic').fill('spec.hello')
  await publish.getByLabel('Data, as JSON').fill('{ "a": ')
  await expect(publish.getByText(/Invalid JSON/)).toBeVisible()
  await publish.getByLabel('Data, as JSON').fill('{ "a": 1 }')
  await publish.getByRole('button', { name: 'Publish' }).click()
  await expect(publish.getByText('Published spec.hello')).toBeVisible()
  const topics = page.getByRole('region', { name: 'Published by topic' })
  await expect(topics).toContainText('spec.hello1')

  await resetCounts(page)
  await expect(topics).not.toContainText('spec.hello')
})

async function resetCounts(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

test('several plugins are selected by keys and acted on, each with its result', async ({ page }) => {
  await page.goto('/plugins')
  await expect(rowOf(page, 'Rolling stats')).toContainText('Active')
  for (const key of ['j', 'j', 'x', 'j', 'x']) await page.keyboard.press(key)
  await expect(page.getByText('2 selected')).toBeVisible()
  await page
    .getByRole('status')
    .filter({ hasText: '2 selected' })
    .locator('..')
    .getByRole('button', { name: 'Restart' })
    .click()
  await page.getByRole('dialog', { name: 'Restart 2 plugins?' }).getByRole('button', { name: 'Restart' }).click()
  // All is well: a word is enough.
  await expect(page.getByText('2 of 2 restarted')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('2 selected')).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Rolling stats' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/plugins$/)
})

test('columns are chosen and stay so; filter and order stand in the address', async ({ page }) => {
  await page.goto('/plugins')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('dialog').getByLabel('Memory').uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Sort by Plugin' }).click()
  await page.getByLabel('Filter plugins').fill('state:active')
  await expect(page).toHaveURL(/sort=name&filter=state%3Aactive/)
  await page.reload()
  await expect(page.getByLabel('Filter plugins')).toHaveValue('state:active')
  await expect(page.getByRole('columnheader', { name: 'Plugin' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(page.getByRole('columnheader', { name: 'Health' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Memory' })).toBeHidden()
})

test('the palette opens pages and plugins and acts on them', async ({ page, server }) => {
  await page.goto('/')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('combobox').fill('depend')
  await expect(palette.getByRole('option').first()).toHaveText(/^Dependencies/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/dependencies$/)
  await page.keyboard.press('ControlOrMeta+k')
  // What was chosen last is among the first, and a question has its answer.
  await expect(palette.getByRole('option').first()).toHaveText(/^(Dependencies|▲)/)
  await palette.getByRole('combobox').fill('top memory')
  await expect(palette.getByRole('option').first()).toHaveText(/^Top memory: .*B$/)
  await palette.getByRole('combobox').fill('restart device')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Device inventory was restarted')).toBeVisible()
  const view = (await server.ask('GET', '/plugins/device-inventory')) as { stats: { lifetime: { restarts: number } } }
  expect(view.stats.lifetime.restarts).toBeGreaterThan(0)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
})

test('the audit shows who did what, its detail, and that the chain is whole', async ({ page, server }) => {
  await server.ask('POST', '/plugins/threshold-alerts/restart')
  await page.goto('/audit')
  const row = page.getByRole('row').filter({ hasText: 'threshold-alerts' }).first()
  await expect(row).toContainText('plugins.restart')
  await row.getByRole('button', { name: 'plugins.restart' }).click()
  await expect(page.getByText(/127\.0\.0\.1 · rest/)).toBeVisible()
  await page.getByLabel('Search the audit').fill('nobody-at-all')
  await expect(page.getByText(/No entries with/)).toBeVisible()
  await page.getByLabel('Search the audit').fill('RESTART')
  await expect(page.getByRole('button', { name: 'plugins.restart' }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Verify integrity' }).click()
  await expect(page.getByText(/Intact, \d+ entries/)).toBeVisible()
})

test('somebody is added, changes roles, is suspended and removed; a token is shown once', async ({ page }) => {
  await page.goto('/settings?section=people')
  await page.getByRole('button', { name: 'Add person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Grace')
  await dialog.getByLabel('Email').fill('grace@example.com')
  await dialog.getByLabel('Password').fill('a long enough password')
  await dialog.getByRole('radio', { name: /^Operator/ }).check()
  await dialog.getByRole('button', { name: 'Add person' }).click()
  const grace = page.getByRole('listitem').filter({ hasText: 'grace@example.com' })
  await expect(grace.getByLabel('Role of Grace')).toHaveValue('operator')
  await grace.getByLabel('Role of Grace').selectOption('viewer')
  await expect(page.getByText('Grace is Viewer now')).toBeVisible()
  await grace.getByRole('button', { name: 'Suspend' }).click()
  await expect(grace).toContainText('suspended')
  await grace.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(grace).toHaveCount(0)

  await page.getByRole('tab', { name: 'API tokens' }).click()
  await page.getByRole('button', { name: 'Create token' }).click()
  await dialog.getByLabel('Name').fill('deploy')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await expect(page.getByText('Copy the token now. It is not shown again.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Revoke…' })).toBeVisible()
  await expect(page.getByText(/pbt_/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Revoke…' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No tokens.')).toBeVisible()
})

test('sessions are listed, and the password is changed, which ends them', async ({ browser, server }) => {
  await server.ask('POST', '/accounts', {
    name: 'Alan',
    email: 'alan@example.com',
    password: 'the first password',
    role: 'viewer',
  })
  const page = await (
    await browser.newContext({ baseURL: server.url, storageState: { cookies: [], origins: [] } })
  ).newPage()
  const signIn = async (password: string): Promise<void> => {
    await page.getByLabel('Email').fill('alan@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  await page.goto('/settings')
  await signIn('the first password')
  await expect(page.getByText('Viewer: sees plugins, events and logs, and changes nothing.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Where you are signed in' })).toContainText('this session')
  await expect(page.getByRole('tab', { name: 'People' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Audit' })).toHaveCount(0)
  await page.getByLabel('Current password').fill('the first password')
  await page.getByLabel('New password').fill('the second password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn('the second password')
  await expect(page.getByText('Viewer: sees plugins, events and logs, and changes nothing.')).toBeVisible()
})

test('the server is backed up from the board', async ({ page }) => {
  await page.goto('/settings?section=server')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(page.getByText(/Copied to backups\/.* \([\d.]+ [kM]B\)/)).toBeVisible()
})

test('the board can be installed, and its tab says how many plugins are not well', async ({ page, server }) => {
  const manifest = (await (await page.request.get('/manifest.webmanifest')).json()) as { icons: { src: string }[] }
  for (const { src } of manifest.icons) expect((await page.request.get(src)).ok()).toBe(true)
  await page.goto('/plugins')
  await expect(page).toHaveTitle(`Plugins · ${hostname()} · Plugboard`)
  await server.ask('POST', '/plugins/chaos/enable')
  await expect(page).toHaveTitle(`(1) Plugins · ${hostname()} · Plugboard`)
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', /^data:image\/svg\+xml/)
  await server.ask('POST', '/plugins/chaos/disable')
  await expect(page).toHaveTitle(`Plugins · ${hostname()} · Plugboard`)
  await expect(page.locator('link[rel="icon"]')).not.toHaveAttribute('href', /^data:/)
})

test('the settings show each source of events, what it published, and how it is doing', async ({ page }) => {
  await page.goto('/settings?section=sources')
  const source = page
    .getByRole('region', { name: 'Event sources' })
    .getByRole('listitem')
    .filter({ hasText: 'host-machine' })
  await expect(source).toContainText('Running')
  await expect(source).toContainText(/Published[1-9]/)
  const before = await source.textContent()
  await expect(source).not.toHaveText(before!)
})
