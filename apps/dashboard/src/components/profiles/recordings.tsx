'use client'

import type { PluginView, ProfileView } from '@plugboard/protocol'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Icon } from '@/components/ui/icon'
import { Panel, Skeleton } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { useFigures } from '@/format/use-figures'
import { useAct } from '@/components/feedback/use-act'
import { useAnswer } from '@/live/use-answer'
import { useMay, useSession } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'
import { profileContentUrl } from './profile-content'
import { ProfileView as ProfileContent } from './profile-view'

type Kind = ProfileView['kind']

const KINDS: readonly Kind[] = ['cpu', 'heap', 'heap-snapshot']
/** How long to wait for a recording: a snapshot of a large heap can take minutes. */
const RECORDING_MS = 180_000
const SECONDS = ['2', '5', '10', '30'] as const

/**
 * The stored recordings of a plugin, including those of hangs. The user can make, view, download and remove recordings.
 */
export function Recordings({ view }: { readonly view: PluginView }): ReactNode {
  const text = useText()
  const say = useSay()
  const figures = useFigures()
  const { id } = view
  // A heap snapshot holds every secret of its plugin.
  const isAdmin = useSession()?.role === 'admin'
  // The message about a missing role is also shown while offline. The buttons to record and to remove are disabled
  // then.
  const maySee = useSession()?.may.includes('profiles.list') ?? true
  const mayRecord = useMay('profiles.record')
  const whyNot = useWhyNot('profiles.record')
  const listed = useAnswer('profiles.list', { id }, view.lastError?.at)
  const { pending, act } = useAct()
  const [kind, setKind] = useState<Kind>('cpu')
  const [seconds, setSeconds] = useState<(typeof SECONDS)[number]>('5')
  const [shown, setShown] = useState<ProfileView | null>(null)
  const [asked, setAsked] = useState<ProfileView | null>(null)
  const opened = useRef<HTMLElement>(null)
  const titleId = useId()
  // The opened recording is below the whole list, so the page scrolls to the recording.
  useEffect(() => {
    opened.current?.scrollIntoView({ block: 'nearest' })
  }, [shown])

  const record = async (): Promise<void> => {
    const says = { failed: text('profiles.failed'), as: 'record', timeoutMs: RECORDING_MS }
    const length = kind === 'heap-snapshot' ? {} : { seconds: Number(seconds) }
    const taken = await act('profiles.record', { id, kind, ...length }, says)
    listed.reload()
    if (taken && taken.kind !== 'heap-snapshot') setShown(taken)
  }
  const remove = async ({ name }: ProfileView): Promise<void> => {
    await act('profiles.remove', { id, name }, { failed: text('profiles.notRemoved'), as: name })
    if (shown?.name === name) setShown(null)
    listed.reload()
  }

  const canRecord = mayRecord && view.state === 'active' && view.isolation === 'process'
  return (
    <Panel title={text('profiles.title')} hint={text('profiles.hint')}>
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SelectField
          label={text('profiles.kind')}
          value={kind}
          options={KINDS.filter((value) => isAdmin || value !== 'heap-snapshot').map((value) => ({
            value,
            label: text(`profiles.kinds.${value}`),
          }))}
          onChange={setKind}
        />
        {kind !== 'heap-snapshot' && (
          <SelectField
            label={text('profiles.length')}
            value={seconds}
            options={SECONDS.map((value) => ({ value, label: figures.duration(Number(value)) }))}
            onChange={setSeconds}
          />
        )}
        <Button
          look="primary"
          className="h-9"
          pending={pending === 'record'}
          disabled={!canRecord || pending !== null}
          title={whyNot}
          onClick={() => void record()}
        >
          {text('profiles.record')}
        </Button>
        {kind === 'heap-snapshot' && <p className="pb-2 text-[13px] text-warn">{text('profiles.stands')}</p>}
      </div>
      {!maySee ? (
        <p className="text-muted">{text('profiles.notAllowed')}</p>
      ) : !listed.value ? (
        listed.error ? (
          <p className="text-bad">{say.error(listed.error)}</p>
        ) : (
          <Skeleton className="h-16" />
        )
      ) : listed.value.length === 0 ? (
        <p className="text-muted">{text('profiles.none')}</p>
      ) : (
        <ul className="divide-y rounded-lg border">
          {listed.value.map((profile) => (
            <li key={profile.name} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
              <span className="w-40 font-medium">{text(`profiles.kinds.${profile.kind}`)}</span>
              {profile.cause === 'hang' && <span className="text-bad">{text('profiles.ofHang')}</span>}
              <span className="figures mr-auto text-[13px] text-muted" title={figures.moment(profile.at)}>
                {figures.day(profile.at)} · {figures.bytes(profile.bytes)}
              </span>
              {profile.kind !== 'heap-snapshot' && (
                <Button
                  size="small"
                  aria-pressed={shown?.name === profile.name}
                  onClick={() => setShown(shown?.name === profile.name ? null : profile)}
                >
                  {shown?.name === profile.name ? text('profiles.hide') : text('profiles.show')}
                </Button>
              )}
              {(isAdmin || profile.kind !== 'heap-snapshot') && (
                <a
                  href={profileContentUrl(id, profile.name)}
                  download
                  className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong px-2 text-[13px] font-medium hover:bg-sunken"
                >
                  <Icon name="download" />
                  {text('profiles.download')}
                </a>
              )}
              {(profile.cause === 'asked' || isAdmin) && (
                <Button
                  size="small"
                  look="quiet"
                  pending={pending === profile.name}
                  disabled={!mayRecord || pending !== null}
                  onClick={() => setAsked(profile)}
                >
                  {text('profiles.remove')}…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <ConfirmDialog
          title={text('profiles.confirm')}
          description={asked.cause === 'hang' ? text('profiles.isEvidence') : text('profiles.isGone')}
          action={text('profiles.remove')}
          disabled={!mayRecord}
          onClose={() => setAsked(null)}
          onConfirm={() => void remove(asked)}
        />
      )}
      {shown && (
        <section ref={opened} tabIndex={-1} aria-labelledby={titleId} className="mt-4 scroll-mt-4">
          <h3 id={titleId} className="mb-2 font-medium">
            {text(`profiles.kinds.${shown.kind}`)} · <span className="figures">{figures.day(shown.at)}</span>
          </h3>
          <ProfileContent key={shown.name} id={id} profile={shown} />
        </section>
      )}
    </Panel>
  )
}
