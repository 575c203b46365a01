import { defineConfig, type RolldownOptions } from 'rolldown'

/**
 * Each thread of a guest starts from one CommonJS file. As ES modules the same code takes 20 ms longer to load and
 * 3.5 MB more in every guest: docs/performance.md.
 */
function bundle(entry: 'guardian' | 'boot'): RolldownOptions {
  return {
    input: `src/guest/${entry}.ts`,
    platform: 'node',
    resolve: { conditionNames: ['@plugboard/source', 'node', 'import'] },
    output: {
      file: `dist/bundles/${entry}.cjs`,
      format: 'cjs',
      // As in the modules it is made of. In sloppy code a plugin could reach its callers through `Function.caller`.
      strict: true,
    },
  }
}

export default defineConfig([bundle('guardian'), bundle('boot')])
