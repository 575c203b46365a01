import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { expect, open, test } from './fixtures'

/** Their names, where they are, and what they say once they are drawn. */
const PAGES = [
  ['overview', '/', 'Event throughput'],
  ['overview of a day', '/?range=1440', 'state of each plugin, last 24 h'],
  ['plugins', '/plugins', 'Rolling stats'],
  ['load', '/plugins?load=1', 'Found in the plugin paths'],
  ['a plugin', '/plugins?id=rolling-stats', 'Counters'],
  ['config', '/plugins?id=chaos&tab=config', 'Error share'],
  ['logs', '/plugins?id=rolling-stats&tab=logs', /^live$/],
  ['dead letters', '/plugins?id=rolling-stats&tab=deadLetters', 'No dead letters.'],
  ['performance', '/plugins?id=rolling-stats&tab=performance', 'Recordings'],
  ['permissions', '/plugins?id=webhook-notifier&tab=permissions', 'Requested'],
  ['needs', '/plugins?id=rolling-stats&tab=dependencies', 'Depends on'],
  ['history', '/plugins?id=rolling-stats&tab=history', 'State changed to active.'],
  ['explore', '/explore', 'By plugin'],
  ['all logs', '/logs', /^(No matching log entries\.|info|warn|error)$/],
  ['all dead letters', '/dead-letters', 'No dead letters.'],
  ['events', '/events', 'Published by topic'],
  ['followed events', '/events?view=followed', 'Follow the next events'],
  ['all permissions', '/permissions', 'Every plugin may read'],
  ['dependencies', '/dependencies', 'Select a plugin'],
  ['activity', '/activity', /State changed to /],
  ['audit', '/audit', 'Verify integrity'],
  ['account', '/settings', 'Where you are signed in'],
  ['appearance', '/settings?section=looks', 'Language'],
  ['people', '/settings?section=people', 'Add person'],
  ['tokens', '/settings?section=tokens', 'No tokens.'],
  ['server', '/settings?section=server', 'Back up now'],
  ['no page', '/no-such-page', 'Page not found'],
  ['API docs', '/api/docs', 'Plugboard API'],
  ['set-up', '/set-up', 'Plugboard is set up'],
  ['join', '/join', 'Open the invite again'],
  // Last: from here on nobody is signed in.
  ['sign-in', '/plugins', 'Sign in with your account.'],
] as const

const DESK = { scheme: 'light', width: 1440, height: 900 } as const
const PHONE = { scheme: 'dark', width: 390, height: 844 } as const
/** They hold all parts that there are: what has its contrast here has it everywhere. */
const IN_BOTH = ['overview', 'plugins', 'a plugin', 'config', 'events', 'audit', 'people', 'sign-in']
/** Addresses that no other spec loads, and the one that is of nobody who is signed in. */
const LOADED_ANEW = ['overview of a day', 'load', 'tokens', 'sign-in']
/** From the narrowest phone to a wall. */
const WIDTHS = [360, 2560]
const PARTS = 3
/** As the runtime takes it. */
const LONGEST_NAME = 200

async function violationsOf(page: Page): Promise<string[]> {
  // It stays as long as the page does.
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate(
    async () => await (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  )
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes[0]?.html}`)
}

/** Each page is opened once and looked at in several ways: what changes is its size and its colours only. */
for (let part = 0; part < PARTS; part += 1) {
  test(`axe finds nothing, and nothing is cut off, in light on a desk and in dark on a phone: part ${part + 1}`, async ({
    page,
    expectedErrors,
  }) => {
    test.setTimeout(120_000)
    expectedErrors.push(/404/)
    for (const [name, path, text] of PAGES.slice((PAGES.length / PARTS) * part, (PAGES.length / PARTS) * (part + 1))) {
      if (name === 'sign-in') await page.context().clearCookies()
      if (LOADED_ANEW.includes(name)) await page.goto(path)
      else await open(page, path)
      const looks = IN_BOTH.includes(name) ? [DESK, PHONE] : [DESK]
      for (const { scheme, width, height } of looks) {
        const look = `${name}, ${scheme}, ${width} wide`
        // Without motion: a colour on its way from light to dark has the contrast of neither.
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height })
        await expect(page.getByText(text).first()).toBeVisible()
        // Let the charts and their skeletons settle.
        await expect(page.locator('.animate-pulse')).toHaveCount(0)
        const found = await violationsOf(page)
        expect.soft(found.map((violation) => `${look}: ${violation}`)).toEqual([])
      }
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        const overflow = () =>
          page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        // Charts take their new size a moment later.
        await expect.poll(overflow, `${name} is wider than a screen of ${width}`).toBeLessThanOrEqual(0)
      }
    }
  })
}

test('a page is printed over the whole sheet, without what is pressed', async ({ page }) => {
  await page.setViewportSize({ width: 794, height: 1_123 })
  await page.goto('/')
  const chart = page.getByRole('region', { name: 'Event throughput' })
  await expect(chart).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation')).toBeHidden()
  await expect(page.getByRole('button', { name: '5 m' })).toBeHidden()
  // The exported page is taken over by the running one, which may put another element in its place.
  await expect.poll(async () => (await chart.boundingBox())?.width ?? 0).toBeGreaterThan(700)
})

test('a name that is as long as a name may be, and one that is written from right to left, break no page', async ({
  page,
  server,
}) => {
  const idle = 'export default { handleEvent() { throw new Error("no") } }'
  await server.loadCode('long-name', idle, { name: 'x'.repeat(LONGEST_NAME), events: ['look.*'] })
  await server.loadCode('right-to-left', idle, { name: '\u05D0\u05D1 (beta) 12', events: ['look.*'] })
  await server.ask('POST', '/events', { specversion: '1.0', id: 'l', source: 'e2e', type: 'look.one', data: 1 })
  for (const width of [390, 1_440]) {
    await page.setViewportSize({ width, height: 844 })
    for (const path of [
      '/',
      '/plugins',
      '/plugins?id=long-name',
      '/explore?plugins=long-name',
      '/logs',
      '/dead-letters',
      '/permissions',
    ]) {
      await page.goto(path)
      await expect(page.getByText(/^x{20}/).first()).toBeAttached()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      expect.soft(wide, `${path} at ${width}`).toBeLessThanOrEqual(width)
    }
  }
})
