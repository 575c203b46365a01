import { test as base } from '@playwright/test'
import { expect, watch } from './fixtures'
import { TestServer } from './server'

base(
  'under a path every page opens, by its address and by the navigation, and nothing is asked for outside',
  async ({ page }) => {
    await using server = await TestServer.start({ PLUGBOARD_BASE_PATH: '/board' })
    const errors: string[] = []
    watch(page, errors)
    const outside: string[] = []
    page.on('request', (request) => {
      const { pathname, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && !pathname.startsWith('/board')) outside.push(pathname)
    })
    await page.goto(server.setUpLink!)
    await page.getByLabel('Name').fill('Ada')
    await page.getByLabel('Email').fill('ada@example.com')
    await page.getByLabel('Password').first().fill('correct horse battery')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview')
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
    for (const name of ['Plugins', 'Events', 'Dependencies', 'Audit', 'Settings', 'Overview']) {
      await page.getByRole('navigation').getByRole('link', { name }).click()
      await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
      expect(new URL(page.url()).pathname).toBe(name === 'Overview' ? '/board' : `/board/${name.toLowerCase()}`)
    }
    await page.goto(`${server.url}/board/plugins?id=rolling-stats`)
    await page.getByRole('tab', { name: 'Logs' }).click()
    await page.reload()
    await expect(page.getByRole('tab', { name: 'Logs' })).toHaveAttribute('aria-selected', 'true')
    await page.getByRole('link', { name: 'All plugins' }).click()
    await expect(page).toHaveURL(/\/board\/plugins$/)
    expect(outside).toEqual([])
    expect(errors).toEqual([])
  },
)
