import { defineConfig } from '@playwright/test'

const browser = process.env.PLUGBOARD_BROWSER

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    // What moves costs a small machine its time, and each click waits until it has come to rest.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace of everything takes a third of the time; `--trace=retain-on-failure` makes one.
    trace: 'off',
    launchOptions: {
      ...(browser && { executablePath: browser }),
      args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
})
