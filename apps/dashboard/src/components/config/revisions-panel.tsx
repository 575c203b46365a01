'use client'

import type { ConfigRevisionView, ConfigView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/live/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { changesBetween } from './config-changes'
import { ChangeList } from './change-list'

/** Every config that there was: who set it, when, what it changed; and the way back to it. */
export function RevisionsPanel({ id, base }: { readonly id: string; readonly base: ConfigView }): ReactNode {
  const text = useText()
  const say = useSay()
  const { value: revisions, error } = useAnswer('config.revisions', { id }, base.revision)
  return (
    <Panel title={text('config.revisions')} hint={text('config.revisionsHint')}>
      {!revisions ? (
        error ? (
          <p className="text-bad">{say.error(error)}</p>
        ) : (
          <Skeleton className="h-16" />
        )
      ) : (
        <ol className="divide-y">
          {revisions.map((revision) => (
            <Revision key={revision.revision} id={id} revision={revision} base={base} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function Revision({
  id,
  revision: { revision, at, actor, changes, config, revertedTo },
  base,
}: {
  readonly id: string
  readonly revision: ConfigRevisionView
  readonly base: ConfigView
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('config.revert')
  const { pending, act } = useAct()
  const [open, setOpen] = useState(false)
  const isCurrent = revision === base.revision
  const revert = async (): Promise<void> => {
    const says = { failed: text('config.refused'), done: text('config.reverted', { revision: String(revision) }) }
    await act('config.revert', { id, to: revision, revision: base.revision }, says)
    setOpen(false)
  }
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <span className="figures w-10 font-medium">#{revision}</span>
        <time className="figures text-[13px] text-muted" title={figures.moment(at)}>
          {figures.day(at)}
        </time>
        <span className="text-[13px]">{actor}</span>
        <span className="min-w-0 flex-1 basis-48 truncate font-mono text-[13px] text-muted">
          {revertedTo !== null && `${text('config.backTo', { revision: String(revertedTo) })} `}
          {changes
            .map(({ pointer, kind }) => `${kind === 'removed' ? '−' : kind === 'added' ? '+' : ''}${pointer}`)
            .join(', ')}
        </span>
        {isCurrent ? (
          <span className="text-[13px] font-medium text-good">{text('config.current')}</span>
        ) : (
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {text('config.compare')}
          </Button>
        )}
      </div>
      {open && (
        <div className="mt-2 rounded-lg bg-sunken p-3">
          <p className="mb-1 text-[13px] font-medium">{text('config.goingBack', { revision: String(revision) })}</p>
          <ChangeList
            label={text('config.changes')}
            changes={changesBetween(base.config, config)}
            schema={base.schema}
          />
          <p className="mt-2 text-[13px] text-muted">{text('config.secretsToo')}</p>
          <Button
            className="mt-3"
            look="primary"
            pending={pending !== null}
            disabled={!allowed}
            onClick={() => void revert()}
          >
            {text('config.revert', { revision: String(revision) })}
          </Button>
        </div>
      )}
    </li>
  )
}
