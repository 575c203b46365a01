import { defineConfig } from 'vitest/config'

const conditions = ['@plugboard/source', 'node']
const common = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  // What is waited for comes at once; only where all are busy it takes its time.
  expect: { poll: { timeout: 10_000 } },
  // Plugins that run inline are imported by Node itself, as they are outside the tests.
  server: { deps: { external: [/runner\/native-import\.ts$/] } },
  setupFiles: ['test/jumping-clock.ts'],
  pool: 'forks' as const,
  // Tests leave nothing behind: what they import is loaded once for all of a worker's files.
  isolate: false,
}
const resolve = { conditions }
const ssr = { resolve }
const UNITS = '{packages,apps}/*/src/**/*.test.ts'
const FAULTS = 'packages/core/test/faults/**/*.test.ts'
const FLOODS = ['flood', 'heap', 'memory'].map((name) => `packages/core/test/faults/${name}.test.ts`)
const NEVER = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    globalSetup: 'test/build.ts',
    projects: [
      {
        resolve,
        ssr,
        test: {
          ...common,
          name: 'unit',
          include: [UNITS],
          exclude: NEVER,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          ...common,
          name: 'system',
          include: ['{packages,apps}/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...NEVER, UNITS, FAULTS],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // They say how soon a fault is told, and how much of it others notice; most of their time they wait: only one of their own kind runs beside them.
        resolve,
        ssr,
        test: {
          ...common,
          name: 'faults',
          include: [FAULTS],
          exclude: [...NEVER, ...FLOODS],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // They say how much of a flood another plugin notices: nothing else may run beside them.
        resolve,
        ssr,
        test: {
          ...common,
          name: 'floods',
          include: FLOODS,
          exclude: NEVER,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
