import { expect, ownTest, rowOf } from './fixtures'

ownTest('one metric is compared over plugins, ranked, and the address holds what is looked at', async ({ page }) => {
  await page.goto('/plugins')
  await expect(rowOf(page, 'Threshold alerts')).toContainText('Active')
  await page.getByRole('link', { name: 'Explore' }).click()
  const ranking = page.getByRole('region', { name: 'By plugin' })
  await page.getByLabel('Metric').selectOption('Memory')
  const row = ranking.getByRole('row').filter({ hasText: 'Rolling stats' })
  await expect(row).toContainText('MB')
  const chart = page.getByRole('region', { name: 'Memory' })
  await expect(chart).toContainText('the five with the largest average')

  await ranking.getByRole('checkbox', { name: 'Compare Rolling stats' }).check()
  await ranking.getByRole('checkbox', { name: 'Compare Threshold alerts' }).check()
  await expect(chart).toContainText('2 plugins compared')
  await expect(page).toHaveURL(/metric=memoryBytes&plugins=rolling-stats%2Cthreshold-alerts/)
  await page.reload()
  await expect(ranking.getByRole('checkbox', { name: 'Compare Rolling stats' })).toBeChecked()
  await expect(chart).toContainText('Threshold alerts')
  await ranking.getByRole('button', { name: 'Clear selection' }).click()
  await expect(chart).toContainText('the five with the largest average')
})

ownTest('a time is compared with the one before it', async ({ page }) => {
  await page.goto('/explore?metric=memoryBytes')
  await page.getByRole('checkbox', { name: 'Compare with the time before' }).check()
  await expect(page).toHaveURL(/compare=1/)
  await expect(page.getByRole('listitem').filter({ hasText: 'the time before' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('checkbox', { name: 'Compare with the time before' })).toBeChecked()
})
