import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './fixtures'

const PAGES = [
  ['overview', '/', 'Event throughput'],
  ['plugins', '/plugins', 'Rolling stats'],
  ['a plugin', '/plugins?id=rolling-stats', 'Accounts'],
  ['config', '/plugins?id=chaos&tab=config', 'Error share'],
  ['logs', '/plugins?id=rolling-stats&tab=logs', 'Logs'],
  ['dead letters', '/plugins?id=rolling-stats&tab=deadLetters', 'No event has failed.'],
  ['permissions', '/plugins?id=rolling-stats&tab=permissions', 'It asks for'],
  ['API docs', '/api/docs', 'Plugboard API'],
  ['set-up', '/set-up', 'Plugboard is set up'],
  // Last: from here on nobody is signed in.
  ['sign-in', '/plugins', 'This board is for people with an account.'],
] as const
const HALF = 5

const LOOKS = (['light', 'dark'] as const).flatMap((scheme) => [
  { scheme, width: 1440, height: 900 },
  { scheme, width: 390, height: 844 },
])

/** Each page is loaded once and looked at in every way: what changes is its size and its colours only. */
for (const [part, pages] of [
  ['the plugins', PAGES.slice(0, HALF)],
  ['the rest', PAGES.slice(HALF)],
] as const) {
  test(`axe finds nothing serious, and nothing is cut off, light and dark, on a desk and a phone: ${part}`, async ({
    page,
  }) => {
    test.setTimeout(180_000)
    for (const [name, path, text] of pages) {
      if (name === 'sign-in') await page.context().clearCookies()
      await page.goto(path)
      for (const { scheme, width, height } of LOOKS) {
        const look = `${name}, ${scheme}, ${width} wide`
        // Without motion: a colour on its way from light to dark has the contrast of neither.
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height })
        await expect(page.getByText(text).first()).toBeVisible()
        // Let the charts and their skeletons settle.
        await expect(page.locator('.animate-pulse')).toHaveCount(0)
        const { violations } = await new AxeBuilder({ page }).analyze()
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        expect.soft(serious.map(({ id, nodes }) => `${look}: ${id} ${nodes[0]?.html}`)).toEqual([])
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect.soft(overflow, `${look} is wider than the screen`).toBeLessThanOrEqual(0)
      }
    }
  })
}
