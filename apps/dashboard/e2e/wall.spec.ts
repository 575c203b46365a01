import { expect, ownTest as test } from './fixtures'

test('a screen on a wall signs in with a token for reading, shows the worst first, and has nothing to press', async ({
  page,
  browser,
  server,
}) => {
  const metadata = { events: ['demo.*'] }
  await server.loadCopy('chaos', { id: 'ill', name: 'Ill', metadata, config: { errorShare: 1 } })
  await server.loadCopy('chaos', { id: 'known', name: 'Known', metadata, config: { errorShare: 1 } })
  for (let n = 0; n < 11; n += 1)
    await server.ask('POST', '/events', { specversion: '1.0', id: `${n}`, source: 'e2e', type: 'demo.one', data: n })
  await server.ask('PUT', '/plugins/known/silence', { minutes: 60, note: 'ticket 4711' })

  await page.goto('/settings?section=tokens')
  await page.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('wall')
  await dialog.getByRole('button', { name: 'Create token' }).click()
  const token = await page.getByText(/^pbt_/).innerText()
  await expect(page.getByRole('button', { name: 'Copy the address of the wall' })).toBeVisible()

  const wall = await browser.newPage({ viewport: { width: 2_560, height: 1_440 } })
  const errors: string[] = []
  wall.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await wall.goto(`${server.url}/?wall#token=${token}`)
  const worst = wall.getByRole('list', { name: 'Needs attention' }).getByRole('listitem')
  await expect(worst.nth(0)).toContainText('Ill')
  await expect(worst.nth(1)).toContainText(/Known until .* ticket 4711/)
  await expect(wall.getByRole('navigation')).toHaveCount(0)
  await expect(wall.locator('main').getByRole('button')).toHaveCount(0)
  await expect(wall.locator('main').getByRole('alert')).toHaveCount(0)
  const clock = wall.locator('main time').first()
  const then = await clock.innerText()
  await expect(clock).not.toHaveText(then)
  // Nothing has to be scrolled on the screen that it is made for.
  expect(await wall.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1_440)
  expect(errors).toEqual([])
})
