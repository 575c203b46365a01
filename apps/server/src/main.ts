import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// What is written from here on is this user's alone.
process.umask(0o077)
// Compiled code is stored beside the bundle for the next start: a user that may write the bundle may write this cache, too.
// If the folder is read-only, no cache is stored.
enableCompileCache(join(import.meta.dirname, '../dist/compile-cache'))
const { serve } = await import('./serve.ts')
await serve(process.env)
