import type { Page } from '@playwright/test'
import { expect, ownTest, rowOf, test } from './fixtures'

const LOST = /WebSocket connection|net::ERR_|Failed to load resource|ChunkLoadError/

ownTest(
  'a killed server shows the stale bar, and the board recovers by itself',
  async ({ page, server, expectedErrors }) => {
    expectedErrors.push(LOST)
    await page.goto('/plugins')
    await expect(rowOf(page, 'Rolling stats')).toContainText('Active')
    await server.kill('SIGKILL')
    await expect(page.getByRole('alert').filter({ hasText: 'Reconnecting… data from' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Restart Rolling stats' })).toBeDisabled()
    await expect(rowOf(page, 'Rolling stats')).toBeVisible()
    await server.start()
    await expect(page.getByText('Reconnecting… data from')).toBeHidden({ timeout: 20_000 })
    await expect(page.getByRole('button', { name: 'Restart Rolling stats' })).toBeEnabled()
    await expect(rowOf(page, 'Rolling stats')).toContainText('Active')
  },
)

ownTest(
  'while the server is away the pages open all the same, also after a long time, and what did not arrive comes when it is back',
  async ({ page, server, expectedErrors }) => {
    expectedErrors.push(LOST)
    await page.clock.install()
    await page.goto('/plugins')
    await expect(rowOf(page, 'Rolling stats')).toContainText('Active')
    // Everything that lies ahead has been fetched by then, the graph of the dependencies aside.
    await quietAfter(page, () => page.clock.runFor(4_000))
    await page.clock.fastForward('20:00')
    await server.kill('SIGKILL')
    await expect(page.getByRole('alert').filter({ hasText: 'Reconnecting… data from' })).toBeVisible()
    await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview')
    await page.getByRole('navigation').getByRole('link', { name: 'Plugins' }).click()
    await page.getByRole('link', { name: 'Chaos' }).click()
    await expect(page).toHaveURL(/id=chaos/)
    await page.getByRole('navigation').getByRole('link', { name: 'Dependencies' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dependencies')

    await server.start()
    await page.clock.runFor(10_000)
    await expect(page.getByText('Reconnecting… data from')).toBeHidden({ timeout: 20_000 })
    await expect(page.getByRole('link', { name: 'Chaos' })).toBeVisible()
  },
)

test('a part that does not arrive says so, and is fetched again when somebody asks', async ({
  page,
  expectedErrors,
}) => {
  expectedErrors.push(LOST)
  await page.goto('/plugins?id=chaos')
  await expect(page.getByRole('heading', { name: 'Chaos' })).toBeVisible()
  await page.route('**/_next/static/chunks/**', (route) => route.abort())
  await page.getByRole('tab', { name: 'Config' }).click()
  await expect(page.getByText('This part of the board did not load.').first()).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Chaos' })).toBeVisible()
  await page.unroute('**/_next/static/chunks/**')
  for (const again of await page.getByRole('button', { name: 'Try again' }).all()) await again.click()
  await expect(page.getByLabel('Error share')).toBeVisible()
})

/** Does something, and waits until all that was asked for because of it has come: nothing new for a second. */
async function quietAfter(page: Page, act: () => Promise<void>): Promise<void> {
  let lastAt = Date.now()
  let underWay = 0
  const onRequest = (): void => {
    underWay += 1
    lastAt = Date.now()
  }
  const onEnd = (): void => {
    underWay -= 1
    lastAt = Date.now()
  }
  page.on('request', onRequest).on('requestfinished', onEnd).on('requestfailed', onEnd)
  await act()
  await expect.poll(() => underWay <= 0 && Date.now() - lastAt > 1_000, { timeout: 20_000 }).toBe(true)
  page.off('request', onRequest).off('requestfinished', onEnd).off('requestfailed', onEnd)
}
