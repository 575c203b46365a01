import Link from 'next/link'
import type { ReactNode } from 'react'

export default function NotFound(): ReactNode {
  return (
    <div className="mx-auto flex max-w-md flex-col items-start gap-3 py-24">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="text-muted">The address may be mistyped, or the page has moved.</p>
      <Link href="/" className="font-medium text-accent underline underline-offset-4">
        Go to the overview
      </Link>
    </div>
  )
}
