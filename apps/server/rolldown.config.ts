import { defineConfig } from 'rolldown'

/**
 * What is not bundled: our packages and zod, of which there may be one copy only; socket.io, which does not start from a bundle;
 * pino, which starts threads from its own files. The rest is some thousand small files: docs/adr/0020.
 */
const EXTERNAL = [/^node:/, /^@plugboard\//, 'zod', 'socket.io', 'pino']

export default defineConfig({
  input: {
    main: 'src/main.ts',
    'store-thread': 'src/store/store-thread.ts',
    audit: 'src/audit/verify-audit.ts',
    backup: 'src/store/backup.ts',
    config: 'src/settings/config.ts',
  },
  platform: 'node',
  external: EXTERNAL,
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].mjs',
    // Without a hash, each is overwritten by the next: none piles up, and none vanishes from under a server that runs.
    chunkFileNames: 'chunks/[name].mjs',
    keepNames: true,
  },
})
