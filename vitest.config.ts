import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@plugboard/source', 'node'] },
  ssr: { resolve: { conditions: ['@plugboard/source', 'node'] } },
  test: {
    include: ['packages/**/*.test.ts', 'apps/server/**/*.test.ts', 'apps/dashboard/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
