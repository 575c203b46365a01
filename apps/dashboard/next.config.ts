import type { NextConfig } from 'next'
import { join } from 'node:path'
import basePath from './base-path.json' with { type: 'json' }

const isDevelopment = process.env.NODE_ENV === 'development'

const config: NextConfig = {
  output: 'export',
  // The server writes its own base path in the place of this one, into every file that it sends.
  ...(!isDevelopment && { basePath: basePath.mark }),
  // The style guide is a page of development only: app/styleguide/page.dev.tsx.
  pageExtensions: isDevelopment ? ['tsx', 'ts', 'dev.tsx'] : ['tsx', 'ts'],
  poweredByHeader: false,
  // A page never changes within a build: one that was fetched ahead opens also while the server is away.
  experimental: { staleTimes: { static: 86_400 } },
  // `pnpm check` runs the native compiler over this package; Next needs the one of TypeScript 5 for it.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    root: join(import.meta.dirname, '../..'),
    // The form library renders descriptions with it (32 kB); ours are plain text.
    resolveAlias: { 'markdown-to-jsx': './src/stubs/markdown-to-jsx.tsx' },
  },
}

export default config
