import type { MetadataRoute } from 'next'
import { BASE_PATH } from '@/live/base-path'

export const dynamic = 'force-static'

/** What a browser needs to install the board as an application. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Plugboard',
    short_name: 'Plugboard',
    description: 'The live operations board of Plugboard: plugins, their health, and what to do about failures.',
    start_url: `${BASE_PATH}/`,
    display: 'standalone',
    background_color: '#f6f7f9',
    theme_color: '#2f5bea',
    icons: [
      { src: `${BASE_PATH}/icon-192.png`, sizes: '192x192', type: 'image/png' },
      { src: `${BASE_PATH}/icon-512.png`, sizes: '512x512', type: 'image/png' },
      { src: `${BASE_PATH}/icon-maskable.png`, sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}
