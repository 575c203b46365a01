import { expect, ownTest as test } from './fixtures'

test('a plugin whose trouble is known is silenced: grey, off the counts, with who and why; and comes back', async ({
  page,
  server,
}) => {
  const metadata = { events: ['demo.*'] }
  await server.loadCopy('chaos', { id: 'known-bad', name: 'Known bad', metadata, config: { errorShare: 1 } })
  for (let n = 0; n < 11; n += 1)
    await server.ask('POST', '/events', { specversion: '1.0', id: `${n}`, source: 'e2e', type: 'demo.one', data: n })
  await page.goto('/')
  const attention = page.getByRole('region', { name: 'Needs attention' })
  await expect(attention).toContainText('Known bad')
  await expect(page).toHaveTitle(/^\(1\)/)

  await attention.getByRole('button', { name: 'Silence Known bad' }).click()
  const dialog = page.getByRole('dialog', { name: 'Silence Known bad' })
  await expect(dialog.getByRole('button', { name: '1 h' })).toHaveAttribute('aria-pressed', 'true')
  await dialog.getByRole('textbox', { name: 'Why' }).fill('vendor ticket 4711')
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click()

  const known = page.getByRole('list', { name: 'Known problems' })
  await expect(known).toContainText(/Known until .+, by .+: vendor ticket 4711 · (1 h|59 min)/)
  await expect(attention).toBeHidden()
  await expect(page.getByText('All other enabled plugins are healthy.')).toBeVisible()
  await expect(page.getByText(/1 known/)).toBeVisible()
  await expect(page).not.toHaveTitle(/^\(/)

  await known.getByRole('link', { name: 'Known bad' }).click()
  await expect(page.getByText(/Known until/)).toBeVisible()
  await page.goto('/activity?plugin=known-bad')
  await expect(page.getByText(/Silenced for 60 min \(vendor ticket 4711\) by/)).toBeVisible()
  await page.goto('/plugins?filter=health:known')
  await expect(page.getByRole('row', { name: /Known bad/ })).toBeVisible()

  await page.goto('/plugins?id=known-bad')
  await page.getByRole('button', { name: 'End silence Known bad' }).click()
  await expect(page.getByText('Known bad is no longer silenced')).toBeVisible()
  await expect(page).toHaveTitle(/^\(1\)/)
})
