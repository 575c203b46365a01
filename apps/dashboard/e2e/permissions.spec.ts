import { expect, test } from './fixtures'

test('who has the network and who may write where is one table, and leads to the grants of a plugin', async ({
  page,
  server,
}) => {
  const permissions = ['NetworkAccess', { name: 'FileSystemAccess', write: ['/var/spool/reports'] }]
  await server.loadCode(
    'reaches',
    'export default { handleEvent() {} }',
    {
      name: 'Reaches far',
      events: [],
      permissions,
    },
    { grant: permissions },
  )
  await server.ask('PUT', '/plugins/reaches/permissions', { granted: [] })
  await page.goto('/permissions')
  const row = page.getByRole('row', { name: /Reaches far/ })
  await expect(row).toContainText('requested, not granted')
  await expect(row).toContainText('/var/spool/reports')
  await page.getByRole('combobox', { name: 'Which plugins' }).selectOption('With: Writes files')
  await expect(page.getByRole('row')).toHaveCount(2)
  await server.ask('PUT', '/plugins/reaches/permissions', { granted: [...permissions, 'ExecuteSyscall'] })
  await page.getByRole('combobox', { name: 'Which plugins' }).selectOption('Requested and granted differ')
  await expect(row).toContainText('granted, not requested', { timeout: 15_000 })
  await row.getByRole('link', { name: 'Reaches far' }).click()
  await expect(page.getByRole('tab', { name: 'Permissions' })).toHaveAttribute('aria-selected', 'true')
})
