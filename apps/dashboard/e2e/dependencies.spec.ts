import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, rowOf, test } from './fixtures'
import type { TestServer } from './server'

/** `store` is needed by `api`, which `web` needs; `alone` by none. */
async function loadChain(server: TestServer): Promise<void> {
  for (const [id, needs] of [['store'], ['api', 'store'], ['web', 'api'], ['alone']] as const) {
    const path = join(server.dataDir, 'own', id)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, 'index.ts'), 'export default {}')
    const dependencies = needs ? { [needs]: '^1.0.0' } : {}
    const metadata = { id, name: id, version: '1.0.0', entryPoint: 'index.ts', dependencies }
    await writeFile(join(path, 'plugin.json'), JSON.stringify(metadata))
    await server.ask('POST', '/plugins', { path })
  }
}

test('the steps on other plugins are shown before an action, in order and with reasons; the graph marks these plugins', async ({
  page,
  server,
}) => {
  await loadChain(server)
  await page.goto('/dependencies')
  await expect(page.getByText('9 plugins, 2 dependencies')).toBeVisible()
  await page.getByLabel('Only with dependencies').check()
  const graph = page.locator('.react-flow')
  await expect(graph.locator('.react-flow__node')).toHaveCount(3)
  await graph.getByText('Active').first().click()
  await expect(page.getByText(/Stopping this affects (api, web|web, api)\./)).toBeVisible()

  await page.goto('/plugins?id=store&tab=dependencies')
  await expect(page.getByRole('region', { name: 'Required by' })).toContainText('api')
  await expect(page.getByText(/Stopping this affects/)).toBeVisible()
  await page.getByRole('button', { name: 'Disable', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Disable store?' })
  await expect(dialog).toContainText('This affects 2 other plugins, in this order:')
  await expect(dialog.getByRole('listitem')).toHaveText([/Disableweb/, /Disableapi/, /Disablestore/])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Active' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Disable', exact: true })).toBeFocused()

  await page.getByRole('button', { name: 'Disable', exact: true }).click()
  await dialog.getByRole('button', { name: 'Disable', exact: true }).click()
  await page.goto('/plugins')
  for (const name of ['store', 'api', 'web']) await expect(rowOf(page, name)).toContainText('Loaded')

  await rowOf(page, 'web').getByRole('button', { name: 'Enable web' }).click()
  const plan = page.getByRole('dialog', { name: 'Enable web?' })
  await expect(plan.getByRole('listitem')).toHaveText([/Enablestore/, /Enableapi/, /Enableweb/])
  await plan.getByRole('button', { name: 'Enable', exact: true }).click()
  for (const name of ['store', 'api', 'web']) await expect(rowOf(page, name)).toContainText('Active')

  // Several at once: the plan names those that nobody selected, and the outcome can be taken back.
  await page.getByRole('checkbox', { name: 'Select store' }).check()
  await page.getByRole('checkbox', { name: 'Select alone' }).check()
  const bar = page.getByRole('status').filter({ hasText: '2 selected' }).locator('..')
  await bar.getByRole('button', { name: 'Disable' }).click()
  const bulk = page.getByRole('dialog', { name: 'Disable 4 plugins?' })
  await expect(bulk).toContainText('This includes 2 plugins that are not selected.')
  await expect(bulk.getByRole('listitem')).toHaveText([/alone/, /web/, /api/, /store/])
  await page.keyboard.press('Escape')
  await expect(bulk).toBeHidden()
  await expect(bar.getByRole('button', { name: 'Disable' })).toBeFocused()
  await bar.getByRole('button', { name: 'Disable' }).click()
  await bulk.getByRole('button', { name: 'Disable' }).click()
  const outcome = page.getByRole('dialog').filter({ hasText: '4 of 4 disabled' })
  await expect(outcome).toBeVisible()
  for (const name of ['store', 'api', 'web', 'alone']) await expect(rowOf(page, name)).toContainText('Loaded')
  await outcome.getByRole('button', { name: 'Undo' }).click()
  for (const name of ['store', 'api', 'web', 'alone']) await expect(rowOf(page, name)).toContainText('Active')
})
