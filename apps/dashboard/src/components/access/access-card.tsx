import type { ReactNode } from 'react'
import { Logo } from '@/components/ui/logo'
import { Favicon } from '@/navigation/tab-badge'
import { useText } from '@/messages/use-text'

/** What is shown before a sign-in. */
export function AccessCard({
  title,
  explain,
  children,
}: {
  readonly title: string
  readonly explain: string
  readonly children?: ReactNode
}): ReactNode {
  const text = useText()
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 px-4 py-12">
      <Favicon unwell={0} />
      <title>{`${title} · ${text('app.name')}`}</title>
      <p className="flex items-center gap-2 text-base font-semibold">
        <Logo />
        {text('app.name')}
      </p>
      <section className="flex flex-col gap-5 rounded-xl border bg-surface p-6 shadow-(--shadow-pop)">
        <header className="flex flex-col gap-1">
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="text-muted">{explain}</p>
        </header>
        {children}
      </section>
    </main>
  )
}
