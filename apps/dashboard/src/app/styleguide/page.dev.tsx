import type { ReactNode } from 'react'
import { Styleguide } from '@/components/styleguide/styleguide'

/** In development only: next.config.ts knows this ending there. */
export default function Page(): ReactNode {
  return <Styleguide />
}
