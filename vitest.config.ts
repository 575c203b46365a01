import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@plugboard/source', 'node'] },
  ssr: { resolve: { conditions: ['@plugboard/source', 'node'] } },
  test: {
    include: [
      'packages/**/*.test.ts',
      'apps/server/**/*.test.ts',
      'apps/dashboard/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Plugins that run inline are imported by Node itself, as they are outside the tests.
    server: { deps: { external: [/runner\/native-import\.ts$/] } },
    pool: 'forks',
    maxWorkers: 2,
  },
})
