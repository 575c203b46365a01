import { expect, ownTest, rowOf } from './fixtures'

ownTest(
  'what changed is one stream: by plugin, kind, person and time, with what is new since the last look',
  async ({ page, server }) => {
    for (let n = 0; n < 3; n += 1)
      await server.ask('POST', '/events', {
        specversion: '1.0',
        id: `${n}`,
        source: 'e2e',
        type: 'demo.one',
        data: null,
      })
    // It listens before all of its plugins run.
    await page.goto('/plugins')
    await expect(rowOf(page, 'Threshold alerts')).toContainText('Active')
    await server.ask('POST', '/plugins/rolling-stats/restart')
    await page.goto('/')
    await page.getByRole('link', { name: 'Activity', exact: true }).click()
    const stream = page.getByRole('region', { name: 'Activity' })
    const restarted = stream.getByRole('listitem').filter({ hasText: 'Restarted by PLUGBOARD_API_TOKEN.' })
    await expect(restarted).toContainText('Rolling stats')
    await expect(stream).toContainText('Events published by PLUGBOARD_API_TOKEN.')
    await expect(stream).toContainText('The server started.')

    // What comes in while the page is open comes by itself.
    await server.ask('POST', '/plugins/threshold-alerts/disable')
    await expect(stream).toContainText('Disabled by PLUGBOARD_API_TOKEN.')
    await page.getByRole('combobox', { name: 'Plugin' }).selectOption('Threshold alerts')
    await expect(stream).toContainText('Disabled by')
    await expect(stream).not.toContainText('Restarted by')
    await page.getByLabel('Kind').selectOption('Operation')
    await expect(stream.getByRole('listitem')).toHaveCount(1)
    await page.getByLabel('Person or token').selectOption('PLUGBOARD_API_TOKEN')
    await page.getByLabel('Time').selectOption('Last 15 minutes')
    await expect(page).toHaveURL(/plugin=threshold-alerts&kind=operation&person=PLUGBOARD_API_TOKEN&span=15m/)
    await expect(stream.getByRole('listitem')).toHaveCount(1)

    // By the keyboard: from line to line, and into the details.
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect(stream.getByRole('heading', { name: 'Detail' })).toBeVisible()

    // Whoever comes back sees what is new.
    await page.getByRole('link', { name: 'Overview' }).click()
    await server.ask('POST', '/plugins/threshold-alerts/enable')
    await page.getByRole('link', { name: 'Activity', exact: true }).click()
    await expect(stream.getByText(/^You last looked at /)).toBeVisible()
    const lines = await stream.getByRole('listitem').allTextContents()
    const divider = lines.findIndex((line) => line.startsWith('You last looked'))
    expect(lines.slice(0, divider).join()).toContain('Enabled by')
    expect(lines.slice(divider).join()).toContain('Disabled by')
  },
)

ownTest('a mark on a chart leads to what happened around it', async ({ page, server }) => {
  await page.goto('/plugins?id=rolling-stats')
  await server.ask('POST', '/plugins/rolling-stats/restart')
  await page.locator('[data-mark]').first().click()
  await expect(page.getByRole('button', { name: 'Back to live' })).toContainText('Around')
  await expect(page.getByRole('combobox', { name: 'Plugin' })).toHaveValue('rolling-stats')
  await expect(page.getByRole('region', { name: 'Activity' })).toContainText('Restarted by')
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect(page).not.toHaveURL(/around/)
})

ownTest(
  'a drag over a chart zooms all charts of the page; the address holds it, and there is a way back',
  async ({ page, server }) => {
    await page.goto('/plugins?id=rolling-stats')
    const chart = page.getByRole('slider', { name: 'Memory' })
    await expect(chart).toBeVisible()
    const { x, y, width } = (await chart.boundingBox())!
    await page.mouse.move(x + width * 0.6, y + 80)
    await page.mouse.down()
    await page.mouse.move(x + width * 0.9, y + 80, { steps: 5 })
    // Also where it ends beside the chart.
    await page.mouse.move(x + width + 30, y + 80)
    await page.mouse.up()
    await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/)
    const back = page.getByRole('button', { name: 'Back to live' })
    await expect(back).toBeVisible()
    const query = new URL(page.url()).searchParams
    const spanMs = Number(query.get('to')) - Number(query.get('from'))
    // Somewhat less than a half of five minutes, in whole intervals.
    expect(spanMs).toBeGreaterThan(100_000)
    expect(spanMs).toBeLessThan(160_000)

    // Whoever opens the address sees the same; the span leads to what happened in it.
    await page.reload()
    await expect(back).toBeVisible()
    await server.ask('POST', '/plugins/rolling-stats/restart')
    await page.getByRole('link', { name: / – / }).click()
    await expect(page).toHaveURL(/\/activity\?from=\d{13}&to=\d{13}&plugin=rolling-stats/)
    await page.goBack()
    await back.click()
    await expect(page).not.toHaveURL(/from=/)

    // By the keyboard: ⇧ with the arrows chooses, and ⏎ zooms.
    await chart.focus()
    await page.keyboard.press('ArrowLeft')
    for (let n = 0; n < 10; n += 1) await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/)
    await expect(back).toBeVisible()
  },
)
