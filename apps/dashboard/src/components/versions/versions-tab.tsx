'use client'

import type { PluginDetail, VersionView } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { useAct } from '@/components/feedback/use-act'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { lazyDialog } from '@/components/ui/lazy-part'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { TextField } from '@/components/ui/text-field'
import { useFigures } from '@/format/use-figures'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { ComparisonView } from './comparison-view'
import { UpdateDialog } from './update-dialog'
import { VersionMarks } from './version-marks'

const InstallDialog = lazyDialog(() => import('./install-dialog').then((module) => module.InstallDialog))

type Question = { readonly of: 'update' | 'ban' | 'remove'; readonly version: VersionView }

/** The installed versions of a plugin: which runs, what differs, and the way to another one. */
export function VersionsTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const mayInstall = useMay('versions.install')
  const whyNotInstall = useWhyNot('versions.install')
  const { pending, act } = useAct()
  const [question, setQuestion] = useState<Question | null>(null)
  const [compared, setCompared] = useState<string | null>(null)
  const [installing, setInstalling] = useState(false)
  const { value, error, reload } = useAnswer(
    'versions.list',
    { id: view.id },
    `${view.version} ${view.update?.phase ?? ''} ${view.state}`,
  )
  if (!value) return error ? <Empty>{say.error(error)}</Empty> : <Skeleton className="h-64" />
  const currentAt = value.findIndex(({ current }) => current)
  const current = value[currentAt]
  // The newest one that may be used is offered.
  const takesPreviews = current === undefined || isPreview(current.version)
  const offered = value.find(
    ({ version, banned, current: isCurrent }) =>
      isCurrent || (banned === null && (takesPreviews || !isPreview(version))),
  )

  const run = async (work: Promise<unknown>): Promise<void> => {
    await work
    reload()
  }
  const pin = (version: string | null) =>
    run(act('versions.pin', { id: view.id, version }, { failed: text('versions.failed.pin'), as: `pin ${version}` }))
  const ban = (version: string, reason: string | null) =>
    run(
      act(
        'versions.ban',
        { id: view.id, version, banned: reason !== null, ...(reason && { reason }) },
        { failed: text('versions.failed.ban'), as: `ban ${version}` },
      ),
    )
  const remove = (version: string) =>
    run(
      act(
        'versions.remove',
        { id: view.id, version },
        {
          failed: text('versions.failed.remove'),
          done: text('versions.done.removed', { version }),
          as: `remove ${version}`,
        },
      ),
    )

  return (
    <div className="flex flex-col gap-4">
      <Panel
        title={text('versions.installed')}
        aside={
          <Button size="small" disabled={!mayInstall} title={whyNotInstall} onClick={() => setInstalling(true)}>
            {text('versions.installVersion')}
          </Button>
        }
      >
        {value.length === 0 ? (
          <div className="py-2 text-muted">
            <p>{text('versions.none')}</p>
            <p>{text('versions.noneHint')}</p>
          </div>
        ) : (
          <ul className="divide-y">
            {value.map((version, index) => (
              <li key={version.version} className="py-3">
                <VersionRow
                  version={version}
                  isRunning={view.state === 'active'}
                  isAlive={view.update?.strategy !== 'restart'}
                  // Where none of them runs, all of them are ways forward.
                  isOlder={current !== undefined && index > currentAt}
                  isOffered={version === offered}
                  pending={pending}
                  onUpdate={() => setQuestion({ of: 'update', version })}
                  onPin={() => void pin(version.pinned ? null : version.version)}
                  onBan={() => (version.banned ? void ban(version.version, null) : setQuestion({ of: 'ban', version }))}
                  onRemove={() => setQuestion({ of: 'remove', version })}
                  comparison={
                    current && !version.current
                      ? {
                          isOpen: compared === version.version,
                          toggle: () => setCompared(compared === version.version ? null : version.version),
                        }
                      : null
                  }
                />
                {compared === version.version && current && (
                  <div className="mt-3 rounded-md bg-sunken px-4 py-3">
                    <ComparisonView id={view.id} from={current.version} to={version.version} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {question?.of === 'update' && (
        <UpdateDialog
          id={view.id}
          name={view.name}
          version={question.version.version}
          isOlder={current !== undefined && value.indexOf(question.version) > currentAt}
          onClose={() => setQuestion(null)}
        />
      )}
      {question?.of === 'ban' && (
        <BanDialog
          version={question.version.version}
          onClose={() => setQuestion(null)}
          onBan={(reason) => void ban(question.version.version, reason)}
        />
      )}
      {question?.of === 'remove' && (
        <ConfirmDialog
          title={text('versions.removeTitle', { version: question.version.version })}
          description={text('versions.removeExplains')}
          action={text('versions.remove')}
          onClose={() => setQuestion(null)}
          onConfirm={() => void remove(question.version.version)}
        />
      )}
      {installing && (
        <InstallDialog
          onClose={() => {
            setInstalling(false)
            reload()
          }}
        />
      )}
    </div>
  )
}

function VersionRow({
  version,
  isRunning,
  isAlive,
  isOlder,
  isOffered,
  pending,
  comparison,
  onUpdate,
  onPin,
  onBan,
  onRemove,
}: {
  readonly version: VersionView
  readonly isRunning: boolean
  readonly isAlive: boolean
  readonly isOlder: boolean
  readonly isOffered: boolean
  readonly pending: string | null
  readonly comparison: { readonly isOpen: boolean; readonly toggle: () => void } | null
  readonly onUpdate: () => void
  readonly onPin: () => void
  readonly onBan: () => void
  readonly onRemove: () => void
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  const may = {
    update: useMay('plugins.update'),
    pin: useMay('versions.pin'),
    ban: useMay('versions.ban'),
    remove: useMay('versions.remove'),
  }
  const whyNot = {
    update: useWhyNot('plugins.update'),
    pin: useWhyNot('versions.pin'),
    ban: useWhyNot('versions.ban'),
    remove: useWhyNot('versions.remove'),
  }
  const { version: number, current, standby, pinned, banned, signedBy, installedAt, installedBy, from } = version
  const small = { size: 'small', look: 'quiet' } as const
  return (
    <div className="flex flex-wrap items-start gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="figures min-w-0 font-semibold wrap-anywhere">{number}</span>
          <VersionMarks version={version} isRunning={isRunning} isAlive={isAlive} />
        </p>
        {banned && <p className="text-[13px] wrap-anywhere text-bad">{banned.reason}</p>}
        <p className="figures flex flex-wrap gap-x-3 text-[13px] text-muted">
          <span title={figures.moment(installedAt)}>
            {text('versions.installedAt', { when: figures.when(installedAt), by: installedBy })}
          </span>
          <span title={exactOrigin(from)}>{text(`versions.from.${from.kind}`)}</span>
          <span>{figures.bytes(version.sizeBytes)}</span>
          <span>{signedBy === null ? text('versions.unsigned') : text('versions.signedBy', { name: signedBy })}</span>
          <span className="font-mono" title={text('versions.digest', { digest: version.digest })}>
            {version.digest.slice(0, 12)}
          </span>
        </p>
      </div>
      <div className="flex flex-wrap gap-1">
        {comparison && (
          <Button
            {...small}
            aria-expanded={comparison.isOpen}
            aria-label={`${text(comparison.isOpen ? 'versions.hide' : 'versions.compare')} ${number}`}
            onClick={comparison.toggle}
          >
            {text(comparison.isOpen ? 'versions.hide' : 'versions.compare')}
          </Button>
        )}
        <Button
          {...small}
          pending={pending === `pin ${pinned ? null : number}`}
          disabled={!may.pin || pending !== null}
          title={whyNot.pin}
          aria-label={`${text(pinned ? 'versions.unpin' : 'versions.pin')} ${number}`}
          onClick={onPin}
        >
          {text(pinned ? 'versions.unpin' : 'versions.pin')}
        </Button>
        {!current && (
          <Button
            {...small}
            pending={pending === `ban ${number}`}
            disabled={!may.ban || pending !== null}
            title={whyNot.ban}
            aria-label={`${text(banned ? 'versions.allow' : 'versions.ban')} ${number}`}
            onClick={onBan}
          >
            {text(banned ? 'versions.allow' : 'versions.ban')}
          </Button>
        )}
        {!current && !standby && !pinned && (
          <Button
            {...small}
            pending={pending === `remove ${number}`}
            disabled={!may.remove || pending !== null}
            title={whyNot.remove}
            aria-label={`${text('versions.remove')} ${number}`}
            onClick={onRemove}
          >
            {text('versions.remove')}
          </Button>
        )}
        {/* The one that stands by comes back by the button of the update above. */}
        {!current && !standby && (
          <Button
            size="small"
            look={isOffered ? 'primary' : 'plain'}
            disabled={!may.update}
            title={whyNot.update}
            aria-label={text(isOlder ? 'versions.goBackTo' : 'versions.updateTo', { version: number })}
            onClick={onUpdate}
          >
            {text(isOlder ? 'versions.goTo' : 'versions.update')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Such as 2.0.0-beta.1: it is offered to those that run one. */
function isPreview(version: string): boolean {
  return version.split('+')[0]!.includes('-')
}

function exactOrigin(from: VersionView['from']): string | undefined {
  switch (from.kind) {
    case 'folder':
      return from.path
    case 'archive':
      return from.name ?? undefined
    case 'npm':
      return from.spec
    case 'bundled':
      return `Plugboard ${from.release}`
  }
}

function BanDialog({
  version,
  onClose,
  onBan,
}: {
  readonly version: string
  readonly onClose: () => void
  readonly onBan: (reason: string) => void
}): ReactNode {
  const text = useText()
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={text('versions.banTitle', { version })}
      description={text('versions.banExplains')}
      action={text('versions.ban')}
      disabled={reason.trim() === ''}
      onClose={onClose}
      onConfirm={() => onBan(reason.trim())}
    >
      <div className="mb-5">
        <TextField
          label={text('versions.banReason')}
          value={reason}
          maxLength={1_000}
          onChange={({ target }) => setReason(target.value)}
        />
      </div>
    </ConfirmDialog>
  )
}
