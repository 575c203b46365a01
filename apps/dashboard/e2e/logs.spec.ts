import { expect, ownTest } from './fixtures'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

ownTest(
  'the logs of several plugins are one stream, counted by level, narrowed by a field, and in the address',
  async ({ page, server }) => {
    for (const id of ['stripe', 'mailer', 'quiet']) {
      const folder = join(server.dataDir, 'own', id)
      await mkdir(folder, { recursive: true })
      const code = `export default ({ logger }) => ({ handleEvent(event) {
      if (event.data === 'bad') logger.error('${id}: card refused', { code: 'expired_card' })
      else logger.info('${id}: all is well')
    } })`
      await writeFile(join(folder, 'index.mjs'), code)
      const metadata = { id, name: `The ${id}`, version: '1.0.0', entryPoint: 'index.mjs', events: ['demo.*'] }
      await writeFile(join(folder, 'plugin.json'), JSON.stringify(metadata))
      await server.ask('POST', '/plugins', { path: folder })
    }
    const publish = (data: string): Promise<unknown> =>
      server.ask('POST', '/events', { specversion: '1.0', id: data, source: 'e2e', type: 'demo.one', data })
    await publish('good')
    await publish('bad')
    await page.goto('/')
    await page.getByRole('link', { name: 'Logs', exact: true }).click()
    const lines = page.getByRole('log', { name: 'Logs' })
    for (const id of ['stripe', 'mailer', 'quiet']) await expect(lines).toContainText(`${id}: all is well`)
    await page.getByLabel('Add a plugin').selectOption('The stripe')
    await page.getByLabel('Add a plugin').selectOption('The mailer')
    await expect(lines).not.toContainText('quiet: all is well')
    await expect(lines).toContainText('mailer: all is well')

    // What is said while the page is open comes by itself, and the bars count it.
    await publish('later')
    await expect(lines.getByText('stripe: all is well')).toHaveCount(2)
    await page.getByLabel('Show').selectOption('Errors only')
    await expect(lines).not.toContainText('all is well')
    await expect(page.getByRole('button', { name: /: 2 error$/ })).toBeVisible()
    await lines.getByRole('button', { name: 'code=expired_card' }).first().click()
    await expect(page).toHaveURL(/plugins=stripe%2Cmailer&level=error&search=expired_card/)
    await page.reload()
    await expect(lines.getByText('card refused')).toHaveCount(2)
    await page.getByRole('button', { name: 'Without The mailer' }).click()
    await expect(lines.getByText('card refused')).toHaveCount(1)
    // What is shown can be taken along, as text.
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    const saved = await readFile(await file.path(), 'utf8')
    expect(saved).toMatch(/^\d{4}-\S+Z ERROR stripe plugin stripe: card refused \{"code":"expired_card"\}\n$/)
    // A bar leads into its time.
    await page.getByRole('button', { name: /: 1 error$/ }).click()
    await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/)
    await expect(lines.getByText('card refused')).toHaveCount(1)
  },
)
