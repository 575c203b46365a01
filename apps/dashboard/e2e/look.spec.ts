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

for (const scheme of ['light', 'dark'] as const) {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    test(`axe finds nothing serious, and nothing is cut off: ${scheme}, ${width} wide`, async ({ page }) => {
      test.setTimeout(120_000)
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height })
      for (const [name, path, text] of PAGES) {
        if (name === 'sign-in') await page.context().clearCookies()
        await page.goto(path)
        await expect(page.getByText(text).first()).toBeVisible()
        // Let the charts and their skeletons settle.
        await expect(page.locator('.animate-pulse')).toHaveCount(0)
        const { violations } = await new AxeBuilder({ page }).analyze()
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        expect.soft(serious.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([])
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect.soft(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0)
      }
    })
  }
}
