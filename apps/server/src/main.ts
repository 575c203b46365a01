import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// What is compiled is kept for the next start, beside the bundle: whoever may write the one may write the other. Where nobody may, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../dist/compile-cache'))
await import('./serve.ts')
