import { defineConfig } from 'rolldown'

/** What `plugboard call` loads is one file instead of some two hundred, docs/adr/0020. The other commands load the server's bundle. */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: [/^node:/, /^@plugboard\/server\//, '@plugboard/catalog'],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'chunks/[name].mjs',
    keepNames: true,
  },
})
