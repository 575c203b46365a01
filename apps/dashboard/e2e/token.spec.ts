import { test as base, expect } from '@playwright/test'
import { TestServer } from './server'

base(
  'with a token set, the board asks for it, takes it from the address, and keeps it for the tab',
  async ({ page }) => {
    await using server = await TestServer.start({ PLUGBOARD_API_TOKEN: 'a-token-of-20-letters' })
    expect(server.line).toContain('/#token=a-token-of-20-letters')
    await page.goto(server.url)
    await expect(page.getByRole('heading', { name: 'This board asks for a token' })).toBeVisible()
    await page.getByLabel('Token').fill('not-the-right-one')
    await page.getByRole('button', { name: 'Open the board' }).click()
    await expect(page.getByText('The server refused this token.')).toBeVisible()
    await page.getByLabel('Token').fill('a-token-of-20-letters')
    await page.getByRole('button', { name: 'Open the board' }).click()
    await expect(page.getByText('All enabled plugins are healthy.')).toBeVisible()
    await page.reload()
    await expect(page.getByText('All enabled plugins are healthy.')).toBeVisible()

    const fresh = await page.context().newPage()
    await fresh.goto(/http:\S+/.exec(server.line)![0])
    await expect(fresh.getByText('All enabled plugins are healthy.')).toBeVisible()
    expect(fresh.url()).not.toContain('token')
  },
)
