import { defineConfig } from 'rolldown'

/**
 * What is not bundled: our packages and zod, of which there may be one copy only; and CommonJS, which loads as fast from its
 * own files. kysely and better-auth are hundreds of small ES modules: docs/adr/0020.
 */
const EXTERNAL = [/^node:/, /^@plugboard\//, 'zod', 'fastify', /^@fastify\//, 'socket.io', 'pino', 'prom-client']

export default defineConfig({
  input: {
    main: 'src/main.ts',
    'store-thread': 'src/store/store-thread.ts',
    audit: 'src/audit/verify-audit.ts',
    backup: 'src/store/backup.ts',
    config: 'src/config.ts',
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
