import type { Page } from '@playwright/test'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, ownTest, rowOf } from './fixtures'
import type { TestServer } from './server'

const PLUGBOARD = join(import.meta.dirname, '../../../packages/cli/bin/plugboard.mjs')
const run = promisify(execFile)

/** Counts events over all its versions; one says by its code that it does not survive an event. */
const CODE = (more = ''): string => `let count = 0
export default {
  handleEvent() { ${more} count += 1 },
  exportState: () => ({ count }),
  importState: (state) => { count = state.count },
  status: () => ({ count }),
}
`

/** @returns the path of a package of the plugin `counter` */
async function pack(
  { dataDir }: TestServer,
  version: string,
  { code = CODE(), ...fields }: { code?: string; permissions?: string[] } = {},
): Promise<string> {
  const folder = join(dataDir, 'own', version)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'index.mjs'), code)
  const manifest = {
    id: 'counter',
    name: 'Event counter',
    version,
    entryPoint: 'index.mjs',
    events: ['demo.*'],
    ...fields,
  }
  await writeFile(join(folder, 'plugin.json'), JSON.stringify(manifest))
  await run(process.execPath, [PLUGBOARD, 'pack', folder, '--out', dataDir])
  return join(dataDir, `counter-${version}.tgz`)
}

async function drop(page: Page, file: string, area: string): Promise<void> {
  const bytes = [...(await readFile(file))]
  const dataTransfer = await page.evaluateHandle(
    ({ content, name }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(content)], name, { type: 'application/gzip' }))
      return transfer
    },
    { content: bytes, name: file.split('/').at(-1)! },
  )
  await page.getByText(area).dispatchEvent('drop', { dataTransfer })
}

const publish = (server: TestServer): Promise<unknown> =>
  server.ask('POST', '/events', { specversion: '1.0', id: '1', source: 'e2e', type: 'demo.one', data: null })

ownTest(
  'a version is installed by drop, updated, watched, taken back by itself and by hand',
  async ({ page, server, expectedErrors }) => {
    ownTest.setTimeout(90_000)
    // The server refuses what is no package.
    expectedErrors.push(/status of 422/)
    await page.goto('/plugins')
    await page.getByRole('button', { name: 'Install', exact: true }).click()
    const install = page.getByRole('dialog', { name: 'Install a version' })

    // What is no package is refused where it is dropped, and what is none inside by the server.
    const text = join(server.dataDir, 'notes.txt')
    await writeFile(text, 'no package')
    await drop(page, text, 'Drop a package here')
    await expect(install.getByRole('alert')).toHaveText('notes.txt is no .tgz file')
    const torn = join(server.dataDir, 'torn.tgz')
    await writeFile(torn, 'no package')
    await drop(page, torn, 'Drop a package here')
    await expect(install.getByRole('alert')).toContainText('Nothing was installed')

    // The plugin is new, and wants a permission.
    await drop(page, await pack(server, '1.0.0', { permissions: ['NetworkAccess'] }), 'Drop a package here')
    await expect(install.getByRole('status')).toContainText('counter 1.0.0 is installed')
    await install.getByRole('button', { name: 'Load counter' }).click()
    await expect(install.getByRole('alert')).toContainText('NetworkAccess')
    await install.getByRole('button', { name: 'Grant and load' }).click()
    await expect(install).toBeHidden()
    await expect(rowOf(page, 'Event counter')).toContainText('Active')
    await publish(server)

    // The next version is chosen from the plugin's page, and offered as an update.
    await page.goto('/plugins?id=counter&tab=versions')
    await page.getByRole('button', { name: 'Install a version' }).click()
    await install.getByLabel('Package (.tgz)').setInputFiles(await pack(server, '1.1.0'))
    await install.getByRole('button', { name: 'Update counter to 1.1.0' }).click()
    const update = page.getByRole('dialog', { name: 'Update Event counter to 1.1.0' })
    await expect(update.getByRole('listitem')).toContainText([
      '1.1.0 is imported and initialized beside 1.0.0, which goes on.',
      'Between two events 1.1.0 takes over',
      '1.0.0 stands by, and comes back if 1.1.0 fails.',
    ])
    await update.getByRole('button', { name: 'Update' }).click()
    const watching = page.getByRole('region', { name: 'Watching 1.1.0' })
    await expect(watching).toContainText('1.0.0 stands by')
    await expect(watching).toContainText('Events handled')
    await page.getByRole('link', { name: 'Plugins', exact: true }).first().click()
    await expect(rowOf(page, 'Event counter')).toContainText('Watching 1.1.0')
    await page.goBack()
    await watching.getByRole('button', { name: 'Keep 1.1.0' }).click()
    await expect(page.getByRole('region', { name: '1.1.0 was kept' })).toContainText('It was kept by hand.')
    await expect(page.getByText('version 1.1.0')).toBeVisible()

    // A version that dies at its first event goes back by itself, says why, and is not offered any more.
    const bad = await pack(server, '1.2.0', { code: CODE('process.exit(3);') })
    await server.ask('POST', '/versions', { path: bad })
    await page.reload()
    await page.getByRole('button', { name: 'Update to 1.2.0' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Update' }).click()
    await expect(page.getByRole('region', { name: 'Watching 1.2.0' })).toBeVisible()
    await publish(server)
    const wentBack = page.getByRole('region', { name: 'Went back from 1.2.0 to 1.1.0' })
    await expect(wentBack).toContainText('Exited by itself with code 3')
    const row = page.getByRole('listitem').filter({ hasText: '1.2.0' })
    await expect(row).toContainText('Banned')
    await page.getByRole('button', { name: 'Update to 1.2.0' }).click()
    const banned = page.getByRole('dialog', { name: 'Update Event counter to 1.2.0' })
    await expect(banned).toContainText('1.2.0 is banned')
    await expect(banned.getByRole('button', { name: 'Update' })).toBeDisabled()
    await page.keyboard.press('Escape')
    await wentBack.getByRole('button', { name: 'Dismiss' }).click()
    await expect(wentBack).toBeHidden()

    // Another major version with a permission: each is accepted on its own. Then it is taken back by hand.
    await server.ask('POST', '/versions', { path: await pack(server, '2.0.0', { permissions: ['ExecuteSyscall'] }) })
    await page.reload()
    await page.getByRole('button', { name: 'Compare 2.0.0' }).click()
    await expect(page.getByRole('region', { name: 'What differs between 1.1.0 and 2.0.0' })).toContainText(
      'ExecuteSyscall',
    )
    await page.getByRole('button', { name: 'Update to 2.0.0' }).click()
    const major = page.getByRole('dialog', { name: 'Update Event counter to 2.0.0' })
    await expect(major.getByRole('checkbox')).toHaveCount(2)
    for (const box of await major.getByRole('checkbox').all()) await box.check()
    await major.getByRole('button', { name: 'Update' }).click()
    // Only the update itself offers the way back: the version that stands by has no button of its own beside it.
    await expect(page.getByRole('region', { name: 'Watching 2.0.0' })).toBeVisible()
    await page.getByRole('button', { name: 'Go back to 1.1.0' }).click()
    await expect(page.getByRole('region', { name: 'Went back from 2.0.0 to 1.1.0' })).toBeVisible()
    await expect(page.getByText('version 1.1.0')).toBeVisible()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(page.getByRole('region', { name: 'Plugin status' })).toContainText('"count": 1')

    // All of it is in the history, and pinned versions say so.
    await page.getByRole('tab', { name: 'History' }).click()
    for (const entry of ['1.1.0 has taken over from 1.0.0.', '1.1.0 was kept.', '1.1.0 is back.'])
      await expect(page.getByText(entry).first()).toBeVisible()
    await page.getByRole('tab', { name: 'Versions' }).click()
    await page.getByRole('button', { name: 'Pin 1.1.0' }).click()
    await expect(page.getByText('Pinned')).toBeVisible()
    await page.getByRole('button', { name: 'Remove 1.0.0' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('button', { name: 'Remove 1.0.0' })).toBeHidden()
  },
)

ownTest.describe('in Chinese', () => {
  ownTest.use({ locale: 'zh-CN' })

  ownTest('a version is updated and taken back', async ({ page, server }) => {
    await server.ask('POST', '/versions', { path: await pack(server, '1.0.0') })
    await server.ask('POST', '/versions', { path: await pack(server, '2.0.0') })
    await server.ask('POST', '/plugins', { id: 'counter', version: '1.0.0' })
    await page.goto('/plugins?id=counter&tab=versions')
    await page.getByRole('button', { name: '更新到 2.0.0' }).click()
    const dialog = page.getByRole('dialog', { name: '将 Event counter 更新到 2.0.0' })
    await expect(dialog).toContainText('2.0.0 与 1.0.0 的主版本号不同。')
    await expect(dialog).toContainText('2.0.0 在 1.0.0 旁边导入并初始化，1.0.0 继续运行。')
    await dialog.getByRole('checkbox', { name: '我接受' }).check()
    await dialog.getByRole('button', { name: '更新' }).click()
    const watching = page.getByRole('region', { name: '正在观察 2.0.0' })
    await watching.getByRole('button', { name: '退回到 1.0.0' }).click()
    await expect(page.getByRole('region', { name: '已从 2.0.0 退回到 1.0.0' })).toContainText('由人工撤回。')
    await page.getByRole('tab', { name: '历史' }).click()
    await expect(page.getByText('2.0.0 已接替 1.0.0。')).toBeVisible()
  })
})
