'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'

export function MissingPage(): ReactNode {
  const text = useText()
  return (
    <div className="mx-auto flex max-w-md flex-col items-start gap-3 py-24">
      <h1 className="text-xl font-semibold">{text('notFound.title')}</h1>
      <p className="text-muted">{text('notFound.hint')}</p>
      <Link href="/" className="font-medium text-accent underline underline-offset-4">
        {text('notFound.home')}
      </Link>
    </div>
  )
}
