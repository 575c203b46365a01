import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, rowOf, test } from './fixtures'

async function writePlugin(folder: string, id: string, fields: Record<string, unknown> = {}): Promise<string> {
  const path = join(folder, 'own', id)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'index.ts'), `export default { status: () => '${id} speaks' }`)
  await writeFile(
    join(path, 'plugin.json'),
    JSON.stringify({ id, name: id, version: '1.2.3', entryPoint: 'index.ts', ...fields }),
  )
  return path
}

test('a plugin is unloaded and loaded again from the plugin paths', async ({ page }) => {
  await page.goto('/plugins?id=device-inventory')
  await page.getByRole('button', { name: 'Unload…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Unload Device inventory?' })
  await dialog.getByRole('button', { name: 'Unload' }).click()
  await expect(page).toHaveURL(/\/plugins$/)
  await expect(rowOf(page, 'Device inventory')).toHaveCount(0)

  await page.getByRole('button', { name: 'Load plugin' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Load Device inventory' }).click()
  await expect(rowOf(page, 'Device inventory')).toContainText('Active')
})

test('a path is refused with its reason, and permissions are granted on the way', async ({ page, server }) => {
  const greedy = await writePlugin(server.dataDir, 'greedy', { permissions: ['NetworkAccess'] })
  const broken = await writePlugin(server.dataDir, 'broken', { version: 'first' })
  await page.goto('/plugins')
  await page.getByRole('button', { name: 'Load plugin' }).click()
  const dialog = page.getByRole('dialog', { name: 'Load a plugin' })
  const path = dialog.getByLabel('Another path')
  const alert = dialog.getByRole('alert')

  await path.fill('/no/such/folder')
  await path.press('Enter')
  await expect(alert).toContainText('/no/such/folder does not exist')
  await path.fill(broken)
  await path.press('Enter')
  await expect(alert).toContainText('/version must be a semantic version, not "first"')
  await path.fill(greedy)
  await path.press('Enter')
  await expect(alert).toContainText('NetworkAccess')
  await alert.getByRole('button', { name: 'Grant and load' }).click()
  await expect(rowOf(page, 'greedy')).toContainText('Active')

  await rowOf(page, 'greedy').getByRole('link').click()
  await expect(page.getByRole('region', { name: 'Plugin status' })).toContainText('greedy speaks')
  await page.getByRole('tab', { name: 'Permissions' }).click()
  await expect(page.getByText('Use the whole network, including Unix sockets')).toBeVisible()
})

test('a page of a plugin that is not there says so', async ({ page }) => {
  await page.goto('/plugins?id=nobody')
  await expect(page.getByRole('heading', { name: 'Plugin nobody not found' })).toBeVisible()
  await page.getByRole('link', { name: 'All plugins' }).click()
  await expect(page.getByRole('heading', { name: 'Plugins' })).toBeVisible()
})

test('rows are filtered and sorted', async ({ page }) => {
  await page.goto('/plugins')
  const names = page.getByRole('table').getByRole('link')
  await expect(names).toHaveText(['Chaos', 'Device inventory', 'Rolling stats', 'Threshold alerts', 'Webhook notifier'])
  await page.keyboard.press('/')
  await page.keyboard.type('state:active roll')
  await expect(names).toHaveText(['Rolling stats'])
  await page.keyboard.type(' mem>900gb')
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await page.getByRole('button', { name: 'Sort by Plugin' }).click()
  await page.getByRole('button', { name: 'Sort by Plugin' }).click()
  await expect(names.first()).toHaveText('Webhook notifier')
})
