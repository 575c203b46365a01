import { expect, ownTest } from './fixtures'
import { readFile } from 'node:fs/promises'

ownTest(
  'the logs of several plugins are one stream, counted by level, narrowed by a field, and in the address',
  async ({ page, server }) => {
    for (const id of ['stripe', 'mailer', 'quiet']) {
      const code = `export default ({ logger }) => ({ handleEvent(event) {
      if (event.data === 'bad') logger.error('${id}: card refused', { code: 'expired_card' })
      else logger.info('${id}: all is well')
    } })`
      await server.loadCode(id, code, { name: `The ${id}`, events: ['demo.*'] })
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
    await expect(page).toHaveURL(/plugins=stripe%2Cmailer&level=error&search=code%3Dexpired_card/)
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

ownTest('who scrolls back is left in peace until another filter is chosen', async ({ page, server }) => {
  const code = `export default ({ logger }) => ({
    start() {
      for (let n = 1; n <= 100; n += 1) logger.info('line ' + n)
    },
    handleEvent: (event) => logger.info('heard ' + event.data),
  })`
  await server.loadCode('talker', code, { name: 'Talker', events: ['demo.*'] })
  const publish = (data: string): Promise<unknown> =>
    server.ask('POST', '/events', { specversion: '1.0', id: data, source: 'e2e', type: 'demo.one', data })
  await page.goto('/logs')
  const lines = page.getByRole('log', { name: 'Logs' })
  await expect(lines).toContainText('line 100')
  await lines.evaluate((view) => view.scrollTo({ top: 0 }))
  await publish('first')
  await expect(page.getByRole('button', { name: 'Show newer entries' })).toBeVisible()
  await expect(lines).not.toContainText('heard first')
  await page.getByLabel('Add a plugin').selectOption('Talker')
  await expect(lines).toContainText('heard first')
  await publish('second')
  await expect(lines).toContainText('heard second')
  await expect(page.getByRole('button', { name: 'Show newer entries' })).toBeHidden()
})

ownTest(
  'a search names plugins, a level, a field and a phrase; a click on a field adds it',
  async ({ page, server }) => {
    const code = (name: string): string => `export default ({ logger }) => ({
    handleEvent() {
      logger.info('${name} took it', { code: 'fine' })
      logger.warn('${name}: card was refused', { code: 'expired_card', attempt: 3 })
    },
  })`
    for (const id of ['words-a', 'words-b', 'words-c']) await server.loadCode(id, code(id), { events: ['words.*'] })
    await server.ask('POST', '/events', { specversion: '1.0', id: 'w', source: 'e2e', type: 'words.one', data: 1 })
    await page.goto('/logs')
    const search = page.getByRole('searchbox', { name: 'Search the log' })
    await search.fill('plugin:(words-a words-b) level>=warn "card was"')
    await expect(page.getByText('words-a: card was refused')).toBeVisible()
    await expect(page.getByText('words-b: card was refused')).toBeVisible()
    await expect(page.getByText('words-c: card was refused')).toBeHidden()
    await expect(page.getByText('words-a took it')).toBeHidden()
    await search.fill('plugin:words-a')
    await expect(page.getByText('words-a took it')).toBeVisible()
    await expect(page.getByText('words-b: card was refused')).toBeHidden()
    await page.getByRole('button', { name: 'code=expired_card' }).click()
    await expect(search).toHaveValue('plugin:words-a code=expired_card')
    await expect(page.getByText('words-a took it')).toBeHidden()
    await expect(page.getByText('words-a: card was refused')).toBeVisible()
    await search.fill('plugin:nobody')
    await expect(page.getByText('No plugin is called nobody.')).toBeVisible()
  },
)
