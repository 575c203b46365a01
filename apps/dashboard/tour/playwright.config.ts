import base from '../playwright.config'
import { defineConfig } from '@playwright/test'

/** `pnpm tour`: the walk of docs/tour.md, whose screenshots it takes anew. */
export default defineConfig({ ...base, testDir: '.', timeout: 300_000, expect: { timeout: 60_000 } })
