'use client'

import { useRef, useState, type ReactNode } from 'react'
import { lazyDialog } from '@/components/ui/lazy-part'
import { Empty, Skeleton } from '@/components/ui/panel'
import { useQueryParam } from '@/hooks/use-query'
import { useWalk } from '@/hooks/use-walk'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import type { EditedLetter } from './edit-dialog'
import { LetterGroup } from './letter-group'
import { RunningReplays } from './running-replays'
import type { useLetterGroups } from './use-letter-groups'
import { useReplayReport } from './use-replay-report'

const EditDialog = lazyDialog(() => import('./edit-dialog').then((module) => module.EditDialog))

/** Dead letters by their cause, the newest first. Which group is open stands in the address. */
export function LetterGroupList({
  value,
  error,
  reload,
  namesPlugins = false,
}: ReturnType<typeof useLetterGroups> & {
  /** The groups are of several plugins. */
  readonly namesPlugins?: boolean
}): ReactNode {
  const text = useText()
  const say = useSay()
  const list = useRef<HTMLUListElement>(null)
  const [open, setOpen] = useQueryParam('group')
  const report = useReplayReport()
  /** Here, and not beside its letter: that may go while somebody edits. */
  const [edited, setEdited] = useState<EditedLetter | null>(null)
  useWalk(list)
  if (!value) return error ? <Empty>{say.error(error)}</Empty> : <Skeleton className="h-96 rounded-lg" />
  return (
    <>
      <RunningReplays replays={value.replays} onStopped={reload} />
      {value.groups.length === 0 ? (
        <Empty>
          <p>{text('deadLetters.empty')}</p>
          <p className="text-[13px] text-faint">{text('deadLetters.emptyHint')}</p>
        </Empty>
      ) : (
        <ul ref={list} className="divide-y overflow-hidden rounded-lg border bg-surface">
          {value.groups.map((group) => (
            <LetterGroup
              key={group.key}
              group={group}
              namesPlugin={namesPlugins}
              isOpen={open === group.key}
              onEdit={setEdited}
              onToggle={(isOpen) => setOpen(isOpen ? group.key : null)}
              onChange={reload}
            />
          ))}
        </ul>
      )}
      {edited && (
        <EditDialog
          {...edited}
          onClose={() => setEdited(null)}
          onDone={(answer) => {
            setEdited(null)
            report(answer)
            reload()
          }}
        />
      )}
      {value.more > 0 && (
        <p className="text-[13px] text-muted">{text('deadLetters.moreGroups', { count: value.more })}</p>
      )}
    </>
  )
}
