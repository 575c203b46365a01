import type { Locator, Page } from '@playwright/test'
import { expect, rowOf, test } from './fixtures'

/** The way that an operator takes through the board, in a few steps. */
const WAYS = [
  {
    name: 'in simplified Chinese',
    use: { locale: 'zh-CN' },
    words: {
      lang: 'zh-CN',
      overview: '概览',
      plugins: '插件',
      active: '运行中',
      config: '配置',
      window: 'Window',
      revisions: '修订记录',
      events: '事件',
      published: '已发布',
    },
  },
  {
    name: 'on a phone',
    use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    words: {
      lang: 'en',
      overview: 'Overview',
      plugins: 'Plugins',
      active: 'Active',
      config: 'Config',
      window: 'Window',
      revisions: 'Revisions',
      events: 'Events',
      published: 'Published',
    },
  },
] as const

for (const { name, use, words } of WAYS) {
  test.describe(name, () => {
    test.use(use)
    test('a way through the board', async ({ page }) => {
      await page.goto('/')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.overview)
      await expect(page.locator('html')).toHaveAttribute('lang', words.lang)
      await page.getByRole('navigation').getByRole('link', { name: words.plugins }).click()
      await expect(rowOf(page, 'Rolling stats')).toContainText(words.active)
      await rowOf(page, 'Rolling stats').getByRole('link').click()
      await page.getByRole('tab', { name: words.config }).click()
      await expect(page.getByLabel(words.window)).toBeVisible()
      await expect(page.getByRole('heading', { name: words.revisions })).toBeVisible()
      const navigation = page.getByRole('navigation')
      // A phone has no room for all pages.
      const more = navigation.getByRole('button')
      if (await more.isVisible()) await more.click()
      await navigation.getByRole('link', { name: words.events }).filter({ visible: true }).click()
      await expect(page.getByText(words.published, { exact: true })).toBeVisible()
    })
  })
}

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' })
  test('the system’s colours are taken, others are chosen, and both stay', async ({ page }) => {
    const canvas = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.goto('/settings?section=looks')
    expect(await canvas()).toBe('rgb(14, 16, 19)')
    await page.getByRole('button', { name: 'Light' }).click()
    await expect.poll(canvas).toBe('rgb(246, 247, 249)')
    await page.reload()
    expect(await canvas()).toBe('rgb(246, 247, 249)')
    await page.getByRole('button', { name: '简体中文' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置')
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置')
    await page.getByRole('button', { name: 'English' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings')
  })
})

test('the main tasks are done with the keyboard alone', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('2')
  await expect(page).toHaveURL(/\/plugins$/)
  await expect(page.getByLabel('Filter plugins')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('threshold')
  await expect(page.getByRole('table').getByRole('link')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Threshold alerts' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('table').getByRole('link', { name: 'Threshold alerts' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Threshold alerts' })).toBeFocused()

  // To the tabs, and through them.
  await tabTo(page, page.getByRole('tab', { name: 'Overview' }))
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/tab=config/)
  // The actions of the header come before the tabs.
  await tabTo(page, page.getByRole('button', { name: 'Restart', exact: true }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Threshold alerts was restarted')).toBeVisible()
  // Whoever works by keyboard keeps their place.
  await expect(page.getByRole('button', { name: 'Restart', exact: true })).toBeFocused()
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('publish')
  await page.keyboard.press('Escape')
  await page.keyboard.press('3')
  await expect(page).toHaveURL(/\/events/)
  await page.keyboard.press('p')
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
})

/** Moves the focus there by keyboard alone. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press(key)
  }
  await expect(target).toBeFocused()
}
