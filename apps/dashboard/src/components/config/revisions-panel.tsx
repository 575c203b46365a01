'use client'

import type { ConfigRevisionView, ConfigView, PluginView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Panel, Skeleton } from '@/components/ui/panel'
import { useToast } from '@/components/ui/toasts'
import { useFigures } from '@/format/use-figures'
import { MoreRows } from '@/components/feedback/more-rows'
import { useAct } from '@/components/feedback/use-act'
import { useMay } from '@/live/use-live'
import { usePages } from '@/live/use-pages'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { changesBetween } from './config-changes'
import { ChangeList } from './change-list'

const PAGE = 50

/** All earlier configs with author, time and changes; each can be reverted to. */
export function RevisionsPanel({ view, base }: { readonly view: PluginView; readonly base: ConfigView }): ReactNode {
  const text = useText()
  const say = useSay()
  const { id, configRevision } = view
  const { rows: revisions, ...more } = usePages('config.revisions', { id, limit: PAGE }, configRevision)
  const current = revisions?.find(({ revision }) => revision === configRevision)
  return (
    <Panel title={text('config.revisions')} hint={text('config.revisionsHint')}>
      {!revisions ? (
        more.error ? (
          <p className="text-bad">{say.error(more.error)}</p>
        ) : (
          <Skeleton className="h-16" />
        )
      ) : (
        <div className="flex flex-col gap-3">
          <ol className="divide-y">
            {revisions.map((revision) => (
              <Revision key={revision.revision} view={view} revision={revision} current={current} base={base} />
            ))}
          </ol>
          <MoreRows {...more} />
        </div>
      )}
    </Panel>
  )
}

function Revision({
  view: { id, state, configRevision },
  revision: { revision, at, actor, changes, config, revertedTo },
  current,
  base,
}: {
  readonly view: PluginView
  readonly revision: ConfigRevisionView
  /** What is stored now; the draft may have begun from another one. */
  readonly current: ConfigRevisionView | undefined
  readonly base: ConfigView
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const allowed = useMay('config.revert')
  const toast = useToast()
  const { pending, act } = useAct()
  const [open, setOpen] = useState(false)
  const isCurrent = revision === configRevision
  const revert = async (): Promise<void> => {
    const answer = await act(
      'config.revert',
      { id, to: revision, revision: configRevision },
      { failed: text('config.refused') },
    )
    if (!answer) return
    const isRunning = state === 'active' || state === 'error'
    toast({
      kind: 'good',
      title: text('config.reverted', { revision: String(revision) }),
      description: answer.applied || !isRunning ? '' : text('config.saved.pending'),
    })
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
            changes={changesBetween(current?.config ?? base.config, config)}
            schema={base.schema}
          />
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
