import { test as bareTest } from '@playwright/test'
import { expect, test, watch } from './fixtures'
import { OWNER, TestServer } from './server'

bareTest('the printed link makes the owner; then only who signs in sees the board', async ({ page }) => {
  await using server = await TestServer.start({ PLUGBOARD_BUNDLED: 'rolling-stats' })
  const errors: string[] = []
  watch(page, errors)
  await page.goto(server.url)
  await expect(page.getByRole('heading', { name: 'No accounts yet' })).toBeVisible()

  await page.goto(server.setUpLink!)
  await expect(page.getByRole('heading', { name: 'Create the owner account' })).toBeVisible()
  expect(page.url()).not.toContain('token')
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('All enabled plugins are healthy.')).toBeVisible()
  // Opening the board is use of its session.
  const extension = page.waitForResponse('**/api/auth/state')
  await page.reload()
  expect((await extension).status()).toBe(200)
  await expect(page.getByText('All enabled plugins are healthy.')).toBeVisible()
  await expect(page.getByText(OWNER.email)).toBeVisible()

  // Signed out, the address of the page stays: it is what one sees after signing in again.
  await page.goto(`${server.url}/plugins?id=rolling-stats&tab=config`)
  await page.getByLabel('Window').fill('45')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(errors).toEqual([])
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password').fill('not the right one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Wrong email or password.')).toBeVisible()
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Rolling stats' })).toBeVisible()
  // What was typed and not saved ended with its session: the next one may be somebody else's.
  await expect(page.getByLabel('Window')).toHaveValue('60')

  await page.goto(server.setUpLink!)
  await expect(page.getByRole('heading', { name: 'Plugboard is set up' })).toBeVisible()
})

test('what a viewer may not do is off, and at once on when the role changes', async ({ page, server }) => {
  const account = { name: 'Vi', email: 'vi@example.com', password: 'a password for vi', role: 'viewer' }
  const { id } = (await server.ask('POST', '/accounts', account)) as { id: string }
  await page.context().clearCookies()
  await page.goto('/plugins?id=chaos')
  await page.getByLabel('Email').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const enable = page.getByRole('button', { name: 'Enable' })
  await expect(enable).toBeVisible()
  await expect(enable).toBeDisabled()
  await page.getByRole('tab', { name: 'Config' }).click()
  const field = page.getByLabel('Latency')
  await expect(field).toBeDisabled()
  await server.ask('PUT', `/accounts/${id}/role`, { role: 'operator' })
  await expect(enable).toBeEnabled()
  await expect(field).toBeEnabled()
  await expect(page.getByRole('button', { name: 'Unload…' })).toBeDisabled()
  await server.ask('PUT', `/accounts/${id}/disabled`, { disabled: true })
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await server.ask('DELETE', `/accounts/${id}`)
})

test('a colleague joins with an invite, which works once; its maker sees when they were last there', async ({
  page,
  browser,
  server,
  expectedErrors,
}) => {
  await page.goto('/settings?section=people')
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite' })
  // The least is chosen, and each says what it may do.
  await expect(dialog.getByRole('radio', { name: /^Viewer: sees plugins/ })).toBeChecked()
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const link = await page
    .getByRole('dialog', { name: 'Invite link' })
    .getByText(/#token=/)
    .innerText()
  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await expect(page.getByRole('list', { name: 'Open invites' })).toContainText('Invite as Viewer')

  const other = await browser.newPage()
  await other.goto(link)
  await expect(other.getByRole('heading', { name: /^Join / })).toBeVisible()
  expect(other.url()).not.toContain('token')
  await other.getByLabel('Name').fill('Noor')
  await other.getByLabel('Email').fill('noor@example.com')
  await other.getByLabel('Password').fill('a password for noor')
  await other.getByRole('button', { name: 'Create account' }).click()
  await expect(other.getByText('noor@example.com')).toBeVisible()
  await expect(other.getByText('Viewer', { exact: true })).toBeVisible()

  expectedErrors.push(/410/)
  const late = await browser.newPage()
  await late.goto(link)
  await expect(late.getByRole('heading', { name: 'This invite cannot be used' })).toBeVisible()

  await page.reload()
  await expect(page.getByRole('list', { name: 'Open invites' })).toBeHidden()
  const noor = page.getByRole('listitem').filter({ hasText: 'noor@example.com' })
  await expect(noor).toContainText(/last seen \d/)
  const accounts = (await server.ask('GET', '/accounts')) as { id: string; email: string }[]
  await server.ask('DELETE', `/accounts/${accounts.find(({ email }) => email === 'noor@example.com')!.id}`)
})
