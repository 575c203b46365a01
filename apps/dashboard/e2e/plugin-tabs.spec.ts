import { expect, open, test } from './fixtures'

test('a change is shown before it is saved, and there is a way back to any revision', async ({ page, server }) => {
  await page.goto('/plugins?id=threshold-alerts&tab=config')
  await page.getByRole('button', { name: '+ Add' }).first().click()
  const changes = page.getByRole('region', { name: 'Changes to save' })
  await expect(changes).toBeVisible()
  await page.getByRole('button', { name: 'Discard changes' }).focus()
  await page.keyboard.press('Enter')
  await expect(changes).toBeHidden()
  // The button is off from here on: the next Tab goes on near it.
  await expect(page.locator('main :focus, main:focus')).toHaveCount(1)

  await server.loadCopy('rolling-stats', { id: 'revised-stats', name: 'Revised stats' })
  await open(page, '/plugins?id=revised-stats&tab=config')
  await page.getByLabel('Window').fill('45')
  // What is not saved is there again after a look elsewhere.
  await page.getByRole('tab', { name: 'Logs' }).click()
  await page.getByRole('tab', { name: 'Config' }).click()
  await expect(page.getByLabel('Window')).toHaveValue('45')
  await expect(changes).toContainText('/windowSeconds60 → 45')
  await page.getByRole('button', { name: 'Save' }).click()
  const revisions = page.getByRole('region', { name: 'Revisions' })
  await expect(revisions.getByRole('listitem').first()).toContainText('#2')
  await expect(revisions.getByRole('listitem').first()).toContainText('ada@example.com')
  await revisions.getByRole('button', { name: 'Compare' }).click()
  await expect(revisions).toContainText('/windowSeconds45 → 60')
  await revisions.getByRole('button', { name: 'Revert to revision 1' }).click()
  await expect(page.getByLabel('Window')).toHaveValue('60')
  await expect(revisions.getByRole('listitem').first()).toContainText('(reverted to 1)')
})

test('a config that is saved for the next start is applied by that start', async ({ page, server }) => {
  await server.loadCopy('rolling-stats', { id: 'waiting-stats', name: 'Waiting stats', enabled: false })
  await page.goto('/plugins?id=waiting-stats&tab=config')
  await page.getByLabel('Window').fill('45')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved. Restart the plugin to apply.')).toBeVisible()
  await page.getByRole('button', { name: 'Enable', exact: true }).click()
  await expect(page.getByText('Saved and applied.')).toBeVisible()
})

test('logs are searched, narrowed by level, and kept in more detail for a while', async ({ page, server }) => {
  const crash = { errorShare: 0, crash: 'exit', crashAfterEvents: 1 }
  await server.loadCopy('chaos', { id: 'logging', name: 'Logging', config: crash })
  await page.goto('/plugins?id=logging&tab=logs')
  const keep = page.getByLabel('Level stored from now on')
  await expect(keep).toHaveValue('info')
  await keep.selectOption('debug')
  await expect(page.getByText(/back to info at/)).toBeVisible()
  await keep.selectOption('info')
  await expect(page.getByText(/back to info at/)).toBeHidden()
  // Less than usual can be put back for good.
  await keep.selectOption('error')
  await expect.poll(async () => await keep.inputValue()).toBe('error')
  await keep.selectOption('info')
  await expect.poll(async () => await keep.inputValue()).toBe('info')
  await expect(page.getByText(/back to error at/)).toBeHidden()
  const log = page.getByRole('log')
  const shown = page.getByRole('combobox', { name: 'Show' })
  await expect(log).toContainText('crashing on purpose')
  await shown.selectOption('error')
  await expect(log).toContainText('Exited by itself with code 13.')
  await expect(log).not.toContainText('crashing on purpose')
  await shown.selectOption('debug')
  await page.keyboard.press('/')
  await page.keyboard.type('crashing on purpose')
  await expect(page.getByText(/^[1-9]\d* entr(y|ies) found$/)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('surely nobody says this')
  await expect(page.getByText('No matching log entries.')).toBeVisible()
  await expect(page.getByText('0 entries found')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('live', { exact: true })).toBeVisible()
})

test('entries older than the tail are read on, up to a moment, and copied as lines', async ({
  page,
  context,
  server,
}) => {
  await server.loadCode(
    'talker',
    `export default ({ logger }) => ({
      start() {
        for (let n = 1; n <= 700; n += 1) logger.info(n === 700 ? '\\u001B[31mred 700\\u001B[0m' : 'line ' + n)
      },
    })`,
  )
  await page.goto('/plugins?id=talker&tab=logs')
  const log = page.getByRole('log')
  await expect(log).toContainText('red 700')
  await expect(log.getByText('red 700')).toHaveClass(/text-bad/)
  await expect(log).not.toContainText('line 400')
  const older = log.getByRole('button', { name: 'Show older entries' })
  await older.click()
  await expect(log).toContainText('line 400')
  await expect(page.getByText('the newest 500 entries')).toBeVisible()
  await older.click()
  await expect(log).toContainText('line 1')
  await expect(older).toBeHidden()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const copied = await log.evaluate(async (view) => {
    const rows = [...view.querySelectorAll('[data-line]')]
    const range = document.createRange()
    range.setStartBefore(rows.at(-2)!)
    range.setEndAfter(rows.at(-1)!)
    document.getSelection()!.removeAllRanges()
    document.getSelection()!.addRange(range)
    const taken = new Promise<string>((resolve) =>
      document.addEventListener('copy', (event) => resolve(event.clipboardData!.getData('text/plain')), { once: true }),
    )
    document.execCommand('copy')
    return await taken
  })
  expect(copied).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z INFO plugin line 699\n\d{4}-\d\d-\d\dT[\d:.]+Z INFO plugin red 700$/,
  )
  await page.getByLabel('Up to').fill('2001-01-01T00:00:00')
  await expect(page.getByText('No matching log entries.')).toBeVisible()
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect(page.getByText('live', { exact: true })).toBeVisible()
})

test('a CPU profile is taken, drawn, looked at closer, downloaded and removed', async ({ page }) => {
  await page.goto('/plugins?id=rolling-stats&tab=performance')
  const recordings = page.getByRole('region', { name: 'Recordings' })
  await recordings.getByLabel('Duration').selectOption('2')
  await recordings.getByRole('button', { name: 'Record' }).click()
  const flames = recordings.getByRole('group', { name: /^Flame graph/ })
  await expect(flames.getByRole('button').first()).toBeVisible()
  await expect(
    recordings
      .getByRole('table', { name: /Most expensive functions/ })
      .getByRole('row')
      .first(),
  ).toContainText('%')
  await flames.getByRole('button').nth(1).click()
  await recordings.getByRole('button', { name: 'Show all' }).click()
  const download = page.waitForEvent('download')
  await recordings.getByRole('link', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^rolling-stats-.*\.cpuprofile$/)
  await recordings.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(recordings.getByText('No recordings yet.')).toBeVisible()
})

test('a permission is revoked and granted, with a warning where it goes far', async ({ page, server }) => {
  const granted = async () =>
    ((await server.ask('GET', '/plugins/notifier/permissions')) as { granted: unknown[] }).granted
  await server.loadCopy('webhook-notifier', {
    id: 'notifier',
    name: 'Notifier',
    grant: ['NetworkAccess'],
    config: { url: 'http://127.0.0.1:9/' },
  })
  await page.goto('/plugins?id=notifier&tab=permissions')
  await page.getByRole('button', { name: 'Revoke NetworkAccess' }).click()
  const question = page.getByRole('dialog', { name: 'Revoke NetworkAccess from Notifier?' })
  await expect(question).toContainText('its next start fails without it')
  await question.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('not granted', { exact: true })).toBeVisible()
  expect(await granted()).toEqual(['ReadVmState'])
  // The plugin that runs still has it, also for one who opens the page later.
  await page.reload()
  await expect(page.getByText('The plugin was started before permissions were revoked')).toBeVisible()
  await page.getByRole('button', { name: 'Grant NetworkAccess' }).click()
  const dialog = page.getByRole('dialog', { name: 'Grant NetworkAccess to Notifier?' })
  await expect(dialog).toContainText('whole network, including Unix sockets')
  await dialog.getByRole('button', { name: 'Grant' }).click()
  await expect(page.getByText('not granted', { exact: true })).toBeHidden()
  expect(await granted()).toContain('NetworkAccess')
})

test('a grant that is wider than the request is shown as it is', async ({ page, server }) => {
  const read = { name: 'FileSystemAccess', read: ['/srv/inbox'] }
  const wide = { name: 'FileSystemAccess', read: ['/srv'] }
  await server.loadCopy('webhook-notifier', {
    id: 'wide',
    name: 'Wide',
    metadata: { permissions: [read] },
    grant: [wide],
    enabled: false,
  })
  await page.goto('/plugins?id=wide&tab=permissions')
  const row = page.getByRole('listitem').filter({ hasText: 'FileSystemAccess' })
  await expect(row).toContainText('Read /srv/inbox')
  await expect(row).toContainText('Granted: Read /srv;')
})

test('permissions that somebody else changed a moment ago are looked at again, and not overwritten', async ({
  page,
  server,
}) => {
  // What the server says is held back, as a slow line does: the page shows what was so before.
  let isHeld = false
  const held: string[] = []
  let letThrough = (): void => {}
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const upstream = socket.connectToServer()
    upstream.onMessage((message) => (isHeld ? held.push(String(message)) : socket.send(message)))
    letThrough = () => {
      isHeld = false
      for (const message of held) socket.send(message)
    }
  })
  await server.loadCopy('webhook-notifier', { id: 'hook', name: 'Hook', enabled: false, grant: ['NetworkAccess'] })
  await page.goto('/plugins?id=hook&tab=permissions')
  await expect(page.getByRole('button', { name: 'Revoke NetworkAccess' })).toBeEnabled()
  isHeld = true
  await server.ask('PUT', '/plugins/hook/permissions', { granted: ['ExecuteSyscall'] })
  await page.getByRole('button', { name: 'Revoke NetworkAccess' }).click()
  await page
    .getByRole('dialog', { name: /^Revoke/ })
    .getByRole('button', { name: 'Revoke' })
    .click()
  await expect.poll(() => held.join()).toContain('GRANTS_CONFLICT')
  letThrough()
  await expect(page.getByText('the permissions of hook were changed meanwhile').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Grant NetworkAccess' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Revoke ExecuteSyscall' })).toBeVisible()
})

test('what happened stands in the history, and narrows to one kind', async ({ page, server }) => {
  await server.ask('POST', '/plugins/device-inventory/restart')
  await page.goto('/plugins?id=device-inventory&tab=history')
  const history = page.getByRole('region', { name: 'History' })
  await expect(history).toContainText('State changed to active.')
  await history.getByLabel('Kind').selectOption('operation')
  await expect(history).toContainText('Restarted by PLUGBOARD_API_TOKEN.')
  await expect(history).not.toContainText('State changed to active.')
})

test('charts keep their range in the address, show their past, and are copied as figures', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/plugins?id=rolling-stats')
  await page.getByRole('button', { name: '1 h', exact: true }).click()
  await expect(page).toHaveURL(/range=60/)
  const memory = page.getByRole('region', { name: 'Memory', exact: true })
  // A server that is seconds old knows one interval of an hour: a dot.
  await expect(memory.locator('[data-series] path[d^=M], [data-series] circle').first()).toBeAttached()
  await page.reload()
  await expect(page.getByRole('button', { name: '1 h', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await memory.getByRole('button', { name: 'Copy Memory as CSV' }).click()
  await expect(memory.getByText('Copied')).toBeAttached()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^time,Memory \(bytes\)\n\d{4}-\d\d-\d\dT/)
  expect(copied.split('\n').length).toBe(151)
})

test('the cursor of a chart is moved by keys and by the pointer, and is that of all charts', async ({ page }) => {
  await page.goto('/plugins?id=rolling-stats')
  const chart = page.getByRole('region', { name: 'Event throughput' })
  const cursor = chart.getByRole('slider')
  await cursor.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d, Event throughput [\d.–]+$/)
  await expect(page.getByRole('slider').first()).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d, Error rate/)
  await page.keyboard.press('Escape')
  await expect(cursor).toHaveAttribute('aria-valuetext', 'Event throughput')
  await expect(page).toHaveURL(/id=rolling-stats/)

  await cursor.hover({ position: { x: 300, y: 60 } })
  await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d, Event throughput [\d.–]+$/)
  await expect(page.getByRole('slider').first()).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d\d, Error rate/)
  // Beside the curves nothing is pointed at, and away from the chart neither.
  await cursor.hover({ position: { x: 20, y: 60 } })
  await expect(cursor).toHaveAttribute('aria-valuetext', 'Event throughput')
  await cursor.hover({ position: { x: 300, y: 60 } })
  await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:/)
  await page.getByRole('heading', { name: 'Rolling stats' }).hover()
  await expect(cursor).toHaveAttribute('aria-valuetext', 'Event throughput')

  const { x, y } = (await cursor.boundingBox())!
  const finger = { pointerType: 'touch', clientX: x + 300, clientY: y + 60 }
  await cursor.dispatchEvent('pointerdown', finger)
  await cursor.dispatchEvent('pointerout', finger)
  // After a touch the cursor stays; a scroll removes it.
  await expect(cursor).toHaveAttribute('aria-valuetext', /^\d\d:/)
  await cursor.dispatchEvent('pointercancel', finger)
  await expect(cursor).toHaveAttribute('aria-valuetext', 'Event throughput')
})

test('a secret is replaced, cleared, and stays with its row when rows are moved and removed', async ({
  page,
  server,
}) => {
  const secret = { type: 'string', writeOnly: true, title: 'Token' }
  const target = { type: 'object', properties: { url: { type: 'string', title: 'URL' }, token: secret } }
  const configSchema = { type: 'object', properties: { targets: { type: 'array', title: 'Targets', items: target } } }
  await server.loadCopy('rolling-stats', { id: 'targets', name: 'Targets', metadata: { configSchema } })
  const targets = ['a', 'b', 'c'].map((name) => ({ url: `https://${name}.example`, token: `token-of-${name}` }))
  await server.ask('PUT', '/plugins/targets/config', { config: { targets } })
  const stored = async (): Promise<{ url: string; token?: { $secret: string } }[]> =>
    ((await server.ask('GET', '/plugins/targets/config')) as { config: { targets: never } }).config.targets
  const before = await stored()

  await open(page, '/plugins?id=targets&tab=config')
  const item = (n: number) => page.getByRole('group', { name: `Item ${n}`, exact: true })
  await expect(item(1).getByText(/^Set on /)).toBeVisible()
  await page.getByRole('button', { name: 'Remove: Item 1' }).click()
  await page.getByRole('button', { name: 'Move down: Item 1' }).click()
  await expect(item(2).getByLabel('URL')).toHaveValue('https://b.example')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 3')).toBeVisible()
  expect(await stored()).toEqual([before[2], before[1]])

  // Whoever works by keyboard stays at the field.
  const token = (n: number) => item(n).getByLabel('Token')
  await item(1).getByRole('button', { name: 'Clear' }).press('Enter')
  await expect(token(1)).toBeFocused()
  const replace = item(2).getByRole('button', { name: 'Replace' })
  await replace.press('Enter')
  await expect(token(2)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(replace).toBeFocused()
  await replace.press('Enter')
  await token(2).fill('another one')
  await expect(page.getByRole('list', { name: 'Changes to save' })).toContainText('secret removed')
  await expect(page.getByRole('list', { name: 'Changes to save' })).toContainText('secret replaced')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 4')).toBeVisible()
  const [first, second] = await stored()
  expect(first).toEqual({ url: 'https://c.example' })
  expect(second!.token).not.toEqual(before[1]!.token)
})

test('dates and times are entered in fields of their kind, and stored as what was entered', async ({
  page,
  server,
}) => {
  const properties = {
    begin: { type: 'string', format: 'date-time', title: 'Begin' },
    day: { type: 'string', format: 'date', title: 'Day' },
    daily: { type: 'string', format: 'time', title: 'Daily' },
    pass: { type: 'string', format: 'password', title: 'Pass' },
  }
  const metadata = { configSchema: { type: 'object', properties } }
  await server.loadCopy('rolling-stats', { id: 'dated', name: 'Dated', metadata })
  await open(page, '/plugins?id=dated&tab=config')
  const entered = new Date(2026, 11, 24, 18, 0, 5)
  await page.getByLabel('Begin').fill('2026-12-24T18:00:05')
  await page.getByLabel('Day').fill('2026-12-24')
  await page.getByLabel('Daily').fill('18:30:00Z')
  await page.getByLabel('Pass').fill('not readable')
  await expect(page.getByLabel('Pass')).toHaveAttribute('type', 'password')
  await expect(page.getByText(entered.toISOString(), { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 2')).toBeVisible()
  const saved = async (): Promise<unknown> =>
    ((await server.ask('GET', '/plugins/dated/config')) as { config: unknown }).config
  expect(await saved()).toEqual({
    begin: entered.toISOString(),
    day: '2026-12-24',
    daily: '18:30:00Z',
    pass: { $secret: expect.any(String) },
  })

  await page.getByLabel('Begin').fill('')
  await page.getByLabel('Daily').fill('18:30')
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await page.getByLabel('Daily').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Revision 3')).toBeVisible()
  expect(await saved()).toEqual({ day: '2026-12-24', pass: { $secret: expect.any(String) } })
})
