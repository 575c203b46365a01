import { defineConfig } from 'rolldown'

/** One file for each command that loads much, instead of some two hundred: docs/adr/0020. The server has a bundle of its own. */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: [/^node:/, /^@plugboard\/server\//],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name].mjs',
    keepNames: true,
  },
})
