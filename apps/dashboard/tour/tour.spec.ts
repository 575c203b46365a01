import { expect, test, type Page } from '@playwright/test'
import { join } from 'node:path'
import { OWNER, TestServer } from '../e2e/server'

const ROOT = join(import.meta.dirname, '../../..')
const IMAGES = join(ROOT, 'docs/images')

/** What breaks: what is set in the form of chaos, what the board says then, and what is set to mend it. */
const FAULTS = [
  {
    name: 'leak',
    set: (page: Page) => page.getByLabel('Leak').fill('200'),
    says: 'OUT_OF_MEMORY',
    state: 'Recovering',
    mend: (page: Page) => page.getByLabel('Leak').fill('0'),
  },
  {
    name: 'stall',
    set: (page: Page) => page.getByLabel('Stall', { exact: true }).selectOption('loop'),
    says: 'PLUGIN_HUNG',
    state: 'Recovering',
    mend: (page: Page) => page.getByLabel('Stall', { exact: true }).selectOption('never'),
  },
  {
    name: 'crash',
    set: (page: Page) => page.getByLabel('Crash', { exact: true }).selectOption('exit'),
    says: 'PLUGIN_CRASHED',
    state: 'Recovering',
    mend: (page: Page) => page.getByLabel('Crash', { exact: true }).selectOption('never'),
  },
] as const

/** Where this repository lies on the machine that takes the pictures is nobody's concern. */
function elide(root: string): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    if (text.nodeValue?.includes(root)) text.nodeValue = text.nodeValue.replaceAll(root, '…')
  }
}

test('from the set-up link to a failing plugin that is found, explained and repaired', async ({ page }) => {
  await using server = await TestServer.start()
  const steps: string[] = []
  let begin = performance.now()
  const note = (step: string): void => {
    steps.push(`${((performance.now() - begin) / 1_000).toFixed(1).padStart(6)} s  ${step}`)
    begin = performance.now()
  }
  const shoot = async (name: string): Promise<void> => {
    await page.evaluate(elide, ROOT)
    await page.screenshot({ path: join(IMAGES, `tour-${name}.png`) })
  }
  const attention = page.getByRole('region', { name: 'Needs attention' })
  const status = page.getByRole('heading', { name: 'Chaos' }).locator('..').getByRole('status')
  const save = async (): Promise<void> => {
    // One that hangs at this moment takes no config: the board says so, and the next press is heard.
    await expect(async () => {
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText(/^Saved/)).toBeVisible({ timeout: 8_000 })
    }).toPass()
  }

  await setUp(page, server)
  note('from the set-up link to the board')

  await page.getByRole('link', { name: 'Plugins' }).click()
  await page.getByRole('button', { name: 'Enable Chaos' }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
  await expect(attention).toContainText('Stopped after 11 errors')
  // So that the charts have something to show.
  await page.waitForTimeout(5_000)
  await shoot('1-found')
  note('errors: found on the first page, with their reason')
  await attention.getByRole('link', { name: 'Chaos', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Last error' })).toContainText('ERROR_LIMIT')
  await shoot('2-explained')
  await page.getByRole('tab', { name: 'Config' }).click()
  await page.getByLabel('Error share').fill('0')
  await expect(page.getByRole('region', { name: 'Changes to save' })).toBeVisible()
  await shoot('3-mended')
  await save()
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  await expect(status).toContainText('Active')
  note('errors: explained and repaired')

  for (const { name, set, says, state, mend } of FAULTS) {
    await set(page)
    await save()
    await page.getByRole('tab', { name: 'Overview' }).click()
    await expect(status).toContainText(state)
    await expect(page.getByRole('region', { name: 'Last error' })).toContainText(says)
    await shoot(`4-${name}`)
    note(`${name}: found and explained`)
    if (name === 'stall') await showRecording(page, shoot)
    await page.getByRole('tab', { name: 'Config' }).click()
    await mend(page)
    await save()
    await expect(status).toContainText('Active')
    note(`${name}: repaired; it came back by itself`)
  }
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('region', { name: 'History' })).toContainText('to active')
  await shoot('6-history')
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('group', { name: 'Healthy plugins' })).toContainText('4 of 4')
  console.log(steps.join('\n'))
})

test('the pictures of the README', async ({ page }) => {
  await using server = await TestServer.start()
  await setUp(page, server)
  // So that the charts have something to show, first of a quiet board and then of a failure.
  await page.waitForTimeout(90_000)
  await page.getByRole('link', { name: 'Plugins' }).click()
  await page.getByRole('button', { name: 'Enable Chaos' }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByRole('region', { name: 'Needs attention' })).toContainText('Stopped after 11 errors')
  await page.waitForTimeout(10_000)
  await page.screenshot({ path: join(IMAGES, 'overview-light.png') })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`${server.url}/plugins?id=rolling-stats`)
  await expect(page.getByRole('region', { name: 'Event throughput' })).toBeVisible()
  await page.waitForTimeout(3_000)
  await page.screenshot({ path: join(IMAGES, 'plugin-dark.png') })
})

async function setUp(page: Page, server: TestServer): Promise<void> {
  await page.goto(server.setUpLink!)
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('All enabled plugins are healthy.')).toBeVisible()
}

/** The recording that was made of the hang, by itself. */
async function showRecording(page: Page, shoot: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('tab', { name: 'Performance' }).click()
  const recordings = page.getByRole('region', { name: 'Recordings' })
  await recordings.getByRole('button', { name: 'Show' }).first().click()
  await expect(recordings.getByRole('table')).toContainText('stall')
  await recordings.scrollIntoViewIfNeeded()
  await shoot('5-recording')
}
