'use client'

import type { LastErrorView } from '@plugboard/protocol'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Preformatted } from '@/components/ui/preformatted'
import { useFigures } from '@/format/use-figures'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { pluginHref } from '@/navigation/plugin-href'

/** The tab on which each of these errors can be fixed. */
const REMEDIES: Readonly<Record<string, 'config' | 'permissions' | 'dependencies' | 'deadLetters'>> = {
  CONFIG_INVALID: 'config',
  PERMISSION_DENIED: 'permissions',
  DEPENDENCY_UNMET: 'dependencies',
}

/** Its guest died: what that had in hand is a dead letter. */
const DEATHS: readonly string[] = ['PLUGIN_CRASHED', 'PLUGIN_HUNG', 'OUT_OF_MEMORY']

/** Why the plugin is in error; what it threw stands apart, marked as its own words. */
export function LastErrorPanel({
  id,
  error,
  deadLetters,
}: {
  readonly id: string
  readonly error: LastErrorView
  /** How many it has. */
  readonly deadLetters: number
}): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const remedy = REMEDIES[error.code] ?? (deadLetters > 0 && DEATHS.includes(error.code) ? 'deadLetters' : undefined)
  return (
    <section aria-label={text('plugin.lastError')} className="rounded-lg border border-bad bg-surface p-4">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold text-bad">{text('plugin.lastError')}</h2>
        <code className="text-[13px] text-muted">{error.code}</code>
        <span className="figures text-[13px] text-faint">{figures.moment(error.at)}</span>
      </div>
      <p className="mt-1 wrap-anywhere">{say.error(error)}</p>
      {remedy && (
        <p className="mt-2">
          <Link href={pluginHref(id, remedy)} className="font-medium text-accent underline underline-offset-4">
            {text(`plugin.remedy.${remedy}`)}
          </Link>
        </p>
      )}
      {error.evidence && <Evidence id={id} evidence={error.evidence} />}
      {error.thrown && (
        <Preformatted title={text('plugin.pluginSays')} body={error.thrown.stack ?? error.thrown.message} />
      )}
      {error.output && <Preformatted title={text('plugin.output')} body={error.output} />}
    </section>
  )
}

type EvidenceView = NonNullable<LastErrorView['evidence']>

/** Where it was when it did not answer, and what is kept of that. */
function Evidence({
  id,
  evidence: { culprit, native, profile, stack },
}: {
  readonly id: string
  readonly evidence: EvidenceView
}): ReactNode {
  const text = useText()
  return (
    <>
      {native && <p className="mt-2 text-muted">{text('plugin.evidence.native')}</p>}
      {culprit && (
        <Preformatted
          title={text('plugin.evidence.culprit', { name: culprit.function, place: `${culprit.file}:${culprit.line}` })}
          body={culprit.source ?? text('plugin.evidence.noSource')}
        />
      )}
      {stack.length > 0 && <Preformatted title={text('plugin.evidence.stack')} body={stack.join('\n')} />}
      {profile && (
        <p className="mt-2">
          <Link href={pluginHref(id, 'performance')} className="font-medium text-accent underline underline-offset-4">
            {text('plugin.evidence.profile')}
          </Link>
        </p>
      )}
    </>
  )
}
