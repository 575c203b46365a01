import { expect as patient, test, type Locator, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { OWNER } from '../e2e/server'

/** Whoever waits longer for an answer has none. */
const expect = patient.configure({ timeout: 15_000 })

/** Clicks and keys as an operator makes them; what is typed into a field that has the focus is no click. */
class Hands {
  readonly page: Page
  clicks = 0

  constructor(page: Page) {
    this.page = page
  }

  async click(what: Locator): Promise<void> {
    this.clicks += 1
    await what.click()
  }

  async choose(list: Locator, option: string): Promise<void> {
    this.clicks += 1
    await list.selectOption(option)
  }

  /** A page of the navigation. */
  async go(name: string): Promise<void> {
    const pages = this.page.getByRole('navigation', { name: 'Pages' })
    await this.click(pages.getByRole('link', { name: new RegExp(`^${name}`) }))
  }

  /** From one share of the plot's width to another. */
  async drag(chart: Locator, [from, to]: readonly [number, number]): Promise<void> {
    this.clicks += 1
    const box = (await chart.boundingBox())!
    const y = box.y + box.height / 2
    const x = (share: number): number => box.x + 72 + (box.width - 80) * share
    await this.page.mouse.move(x(from), y)
    await this.page.mouse.down()
    await this.page.mouse.move(x((from + to) / 2), y, { steps: 4 })
    await this.page.mouse.move(x(to), y, { steps: 4 })
    await this.page.mouse.up()
  }
}

interface Task {
  readonly asks: string
  readonly most: number
  /** What happened before the question, which is not counted. */
  readonly prepare?: (hands: Hands) => Promise<void>
  readonly does: (hands: Hands) => Promise<void>
}

const attention = ({ page }: Hands): Locator => page.getByRole('region', { name: 'Needs attention' })

const told = ({ page }: Pick<Hands, 'page'>): Locator => page.getByRole('region', { name: 'Notifications' })

/** The fifteen questions of operators; each begins on the first page. */
const TASKS: readonly Task[] = [
  {
    asks: 'Which plugin uses the CPU now?',
    most: 3,
    does: async (hands) => {
      await hands.go('Explore')
      await expect(hands.page.getByRole('table').getByRole('row').nth(1)).toContainText('Search indexer')
    },
  },
  {
    asks: 'Which one used it an hour ago?',
    most: 3,
    does: async (hands) => {
      await hands.go('Explore')
      await hands.click(hands.page.getByRole('button', { name: '6 h' }))
      await hands.drag(hands.page.getByRole('slider', { name: 'CPU' }), [0.8, 0.87])
      await expect(hands.page.getByRole('table').getByRole('row').nth(1)).toContainText('Image resizer')
    },
  },
  {
    asks: 'Why are events lost?',
    most: 3,
    does: async (hands) => {
      await expect(attention(hands)).toContainText(/Invoice mailer.*arrive, .*are dropped/s)
    },
  },
  {
    asks: 'What changed in the last 15 minutes?',
    most: 3,
    does: async (hands) => {
      await hands.go('Activity')
      await hands.choose(hands.page.getByRole('combobox', { name: 'Time' }), 'Last 15 minutes')
      await expect(hands.page.getByRole('region', { name: 'Activity' })).toContainText(/Rate limiter/)
    },
  },
  {
    asks: 'Compare two plugins.',
    most: 3,
    does: async (hands) => {
      await hands.go('Explore')
      const boxes = hands.page.getByRole('table').getByRole('checkbox')
      await hands.click(boxes.nth(0))
      await hands.click(boxes.nth(1))
      await expect(hands.page.getByText('2 plugins compared')).toBeVisible()
    },
  },
  {
    asks: 'Restart all that are unhealthy.',
    most: 3,
    does: async (hands) => {
      await hands.click(attention(hands).getByRole('button', { name: /^Restart all/ }))
      await hands.click(hands.page.getByRole('dialog').getByRole('button', { name: 'Restart' }))
      await expect(told(hands)).toContainText('restarted')
    },
  },
  {
    asks: 'Bring back yesterday’s config.',
    most: 5,
    does: async (hands) => {
      await hands.go('Plugins')
      await hands.click(hands.page.getByRole('link', { name: 'Rate limiter' }))
      await hands.click(hands.page.getByRole('tab', { name: 'Config' }))
      await hands.click(hands.page.getByRole('button', { name: 'Compare' }))
      await hands.click(hands.page.getByRole('button', { name: 'Revert to revision 1' }))
      await expect(told(hands)).toContainText('Reverted to revision 1')
    },
  },
  {
    asks: 'Logs of three plugins together.',
    most: 3,
    does: async (hands) => {
      await hands.go('Logs')
      const search = hands.page.getByRole('searchbox', { name: 'Search the log' })
      await hands.click(search)
      await search.pressSequentially('plugin:(payments newsletter heat-map)')
      const lines = hands.page.getByRole('log')
      for (const name of ['Payments', 'Newsletter', 'Heat map']) await expect(lines).toContainText(name)
      await expect(lines).not.toContainText('Bot filter')
    },
  },
  {
    asks: 'Share exactly this view and time.',
    most: 3,
    does: async (hands) => {
      await hands.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await hands.click(hands.page.getByRole('button', { name: 'Copy a link to this time' }))
      const link = await hands.page.evaluate(() => navigator.clipboard.readText())
      expect(link).toMatch(/from=\d+&to=\d+/)
    },
  },
  {
    asks: 'Find the payload that made a plugin fail, and replay it.',
    most: 3,
    does: async (hands) => {
      await hands.go('Dead letters')
      await hands.click(hands.page.getByText(/TypeError: order \d+ has no currency/))
      await expect(hands.page.getByText('"order": 7')).toBeVisible()
      await hands.click(hands.page.getByRole('button', { name: 'Replay the newest' }))
      await expect(told(hands)).toContainText('Failed again: TypeError')
    },
  },
  {
    asks: 'Give a colleague read-only access.',
    most: 5,
    does: async (hands) => {
      await hands.go('Settings')
      await hands.click(hands.page.getByRole('tab', { name: 'People' }))
      await hands.click(hands.page.getByRole('button', { name: 'Invite' }))
      await hands.click(hands.page.getByRole('button', { name: 'Create link' }))
      await hands.click(hands.page.getByRole('button', { name: 'Copy link' }))
      await expect(hands.page.getByText(/#token=/)).toBeVisible()
    },
  },
  {
    asks: 'Silence a known-bad plugin for an hour.',
    most: 3,
    does: async (hands) => {
      await hands.click(hands.page.getByRole('button', { name: 'Silence Invoice mailer' }))
      await hands.click(hands.page.getByRole('dialog').getByRole('button', { name: 'Silence', exact: true }))
      await expect(hands.page.getByText(/^Known until/)).toBeVisible()
    },
  },
  {
    asks: 'What may this plugin access?',
    most: 3,
    does: async (hands) => {
      await hands.go('Permissions')
      await expect(hands.page.getByRole('row', { name: /Report writer/ })).toContainText('/var/spool/reports')
    },
  },
  {
    asks: 'Zoom into a spike and get its details.',
    most: 3,
    does: async (hands) => {
      await hands.click(hands.page.getByRole('button', { name: '1 h' }))
      await hands.drag(hands.page.getByRole('slider', { name: 'Error rate' }), [0.4, 0.6])
      await expect(hands.page.getByRole('button', { name: 'Back to live' })).toBeVisible()
      await hands.click(hands.page.locator('[data-mark="failure"]').first())
      await expect(hands.page.getByRole('region', { name: 'Activity' })).toContainText('card was refused by the bank')
    },
  },
  {
    asks: 'Undo a Disable of everything.',
    most: 3,
    prepare: async ({ page }) => {
      await page.getByRole('navigation').getByRole('link', { name: 'Plugins' }).click()
      await page.getByRole('checkbox', { name: 'Select all' }).check()
      await page.getByRole('button', { name: 'Disable', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').fill(/\d+/.exec(await dialog.getByRole('heading').innerText())![0])
      await dialog.getByRole('button', { name: 'Disable' }).click()
      await expect(told({ page })).toContainText('disabled', { timeout: 60_000 })
      await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
    },
    does: async (hands) => {
      await hands.click(hands.page.getByRole('button', { name: /^Enable these \d+ again/ }))
      await expect(hands.page.getByText(/Nothing is running/)).toBeHidden()
    },
  },
]

test.use({ actionTimeout: 15_000 })

test('fifteen questions on a prepared server, with clicks and seconds', async ({ page }) => {
  await using demo = await startDemo()
  await page.goto(demo.setUpLink)
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  const { origin } = new URL(demo.setUpLink)
  await patient(page.getByRole('region', { name: 'Needs attention' })).toContainText('Invoice mailer')
  // So that the last minute has figures.
  await page.waitForTimeout(30_000)
  const lines: string[] = []
  const failures: string[] = []
  for (const { asks, most, prepare, does } of TASKS) {
    await page.goto(origin)
    await expect(page.getByRole('group', { name: 'Healthy plugins' })).toBeVisible()
    const hands = new Hands(page)
    await prepare?.(hands)
    hands.clicks = 0
    const begin = performance.now()
    // The other questions are asked all the same.
    await test
      .step(asks, async () => await does(hands))
      .catch((thrown: unknown) => failures.push(`${asks}\n${String(thrown)}`))
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1)
    lines.push(`| ${asks} | ${hands.clicks} | ${seconds} |`)
    if (hands.clicks > most) failures.push(`${asks}: ${hands.clicks} clicks, at most ${most}`)
  }
  console.log(['| Question | clicks | seconds |', '| --- | --: | --: |', ...lines].join('\n'))
  expect(failures).toEqual([])
})

/** `pnpm demo`, on a port of its own. */
async function startDemo(): Promise<AsyncDisposable & { readonly setUpLink: string }> {
  const child = spawn('node', [join(import.meta.dirname, '../../../bench/demo/main.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const setUpLink = /http:\S+#token=\S+/.exec(line)?.[0]
    if (setUpLink === undefined) continue
    return {
      setUpLink,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error('the demo ended before it was ready')
}
