'use client'

import type { PluginDetail, PluginView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import { ActionButton } from '@/components/actions/action-button'
import { Button } from '@/components/ui/button'
import { lazyPart } from '@/components/ui/lazy-part'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { useAllowed, useMay, useSession } from '@/live/use-live'
import { useSay } from '@/messages/use-say'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'
import { changesAgainst, changesBetween } from './config-changes'
import { ChangeList } from './change-list'
import { ConflictList } from './conflict-list'
import { RevisionsPanel } from './revisions-panel'
import { UnfinishedFields, useUnfinished } from './unfinished-context'
import { useConfig, type ConfigEditing } from './use-config'

const ConfigForm = lazyPart(
  () => import('./config-form').then((module) => module.ConfigForm),
  <Skeleton className="h-64" />,
)
const JsonEditor = lazyPart(
  () => import('./json-editor').then((module) => module.JsonEditor),
  <Skeleton className="h-64" />,
)

/** Form and JSON side by side on one draft. */
export function ConfigTab({ detail: { view } }: { readonly detail: PluginDetail }): ReactNode {
  const text = useText()
  const say = useSay()
  const editing = useConfig(view)
  const isReadOnly = !useAllowed('config.set')
  const { base, draft, violations, saving, loadError } = editing

  if (!base || !draft) return loadError ? <Empty>{say.error(loadError)}</Empty> : <Skeleton className="h-96" />
  if (!base.schema && Object.keys(base.config).length === 0) return <Empty>{text('config.none')}</Empty>
  return (
    <UnfinishedFields>
      <div className="flex flex-col gap-4">
        <SaveBar editing={editing} view={view} />
        <Decisions editing={editing} />
        <div className="grid items-start gap-4 xl:grid-cols-2">
          {base.schema && (
            <Panel title={text('config.form')}>
              <ConfigForm
                schema={base.schema}
                value={draft.value}
                violations={violations}
                secretsSetAt={base.secretsSetAt}
                disabled={saving || isReadOnly || draft.syntaxError !== null}
                onChange={editing.editValue}
              />
            </Panel>
          )}
          <Panel title={text('config.json')}>
            <JsonEditor
              value={draft.text}
              label={text('config.json')}
              readOnly={saving || isReadOnly}
              onChange={editing.editText}
            />
            {draft.syntaxError !== null && (
              <p role="alert" className="mt-2 text-[13px] font-medium text-bad">
                {draft.syntaxError === ''
                  ? text('config.notObject')
                  : text('config.syntax', { message: draft.syntaxError })}
              </p>
            )}
            {draft.syntaxError === null && <Violations violations={violations} />}
          </Panel>
        </div>
        {/* Below what is written in: nothing there may jump. */}
        <Differences editing={editing} />
        <RevisionsPanel view={view} base={base} />
      </div>
    </UnfinishedFields>
  )
}

/** Each place that needs another value, also those that the form has no field for. */
function Violations({ violations }: { readonly violations: ConfigEditing['violations'] }): ReactNode {
  const text = useText()
  const say = useSay()
  if (violations.length === 0) return null
  return (
    <ul aria-label={text('config.wrong')} className="mt-2 flex flex-col gap-0.5 text-[13px] text-bad">
      {violations.map((violation) => (
        <li key={`${violation.pointer} ${violation.message}`} className="wrap-anywhere">
          <code>{violation.pointer}</code> {say.violation(violation)}
        </li>
      ))}
    </ul>
  )
}

/** After a merge: the fields that both changed. */
function Decisions({ editing: { base, result, decide } }: { readonly editing: ConfigEditing }): ReactNode {
  const text = useText()
  if (result?.kind !== 'merged' || result.conflicts.length === 0) return null
  return (
    <Panel title={text('config.bothChanged')}>
      <ConflictList {...result} schema={base?.schema ?? null} onDecide={decide} />
    </Panel>
  )
}

/** How many fields that both changed are not decided yet. */
function countUndecided({ result }: ConfigEditing): number {
  return result?.kind === 'merged' ? result.conflicts.length - result.decided.size : 0
}

/** What saving would change; in a conflict what they have and what you have changed. */
function Differences({ editing: { base, draft, changed, result } }: { readonly editing: ConfigEditing }): ReactNode {
  const text = useText()
  if (!base || !draft || !changed || draft.syntaxError !== null) return null
  const conflict = result?.kind === 'conflict' ? result : null
  const title = conflict ? text('config.theirsAndYours', { actor: conflict.actor ?? '–' }) : text('config.changes')
  const changes = conflict
    ? changesAgainst(conflict.theirs, { base: base.config, mine: draft.value })
    : changesBetween(base.config, draft.value)
  return (
    <Panel title={title}>
      <ChangeList label={title} changes={changes} schema={base.schema} />
    </Panel>
  )
}

function SaveBar({ editing, view }: { readonly editing: ConfigEditing; readonly view: PluginView }): ReactNode {
  const text = useText()
  const allowed = useMay('config.set')
  const { base, draft, changed, violations, saving } = editing
  // In a conflict the user first takes their version or merges, and decides each field that both changed.
  const isConflict = editing.result?.kind === 'conflict' || countUndecided(editing) > 0
  const { count: unfinished } = useUnfinished()
  const isReady = draft?.syntaxError === null && violations.length === 0 && unfinished === 0
  const whyNot = useWhyNot('config.set')
  const canSave = allowed && changed && !isConflict && isReady
  return (
    <div className="sticky top-0 z-10 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border bg-surface px-4 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <Outcome editing={editing} view={view} />
        <p className="figures text-[13px] text-faint">
          {text('config.revision', { revision: String(base?.revision ?? 0) })}
        </p>
      </div>
      <Button disabled={!allowed || !changed || saving} title={whyNot} onClick={() => void editing.reload()}>
        {text('config.discard')}
      </Button>
      <Button look="primary" pending={saving} disabled={!canSave} title={whyNot} onClick={() => void editing.save()}>
        {text('config.save')}
      </Button>
    </div>
  )
}

/** One line that always says where the draft stands. */
function Outcome({ editing, view }: { readonly editing: ConfigEditing; readonly view: PluginView }): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay('config.set')
  const session = useSession()
  const { result, changed, violations, base, loadError } = editing
  const { count: unfinished } = useUnfinished()
  if (loadError) {
    return (
      <p role="alert" className="wrap-anywhere text-bad">
        {say.error(loadError)}
      </p>
    )
  }
  if (result?.kind === 'conflict') {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-2 text-warn">
        {text('config.conflict', { revision: String(result.revision) })}
        <Button size="small" disabled={!allowed || editing.saving} onClick={() => void editing.reload()}>
          {text('config.takeTheirs')}
        </Button>
        <Button size="small" disabled={!allowed || editing.saving} onClick={editing.merge}>
          {text('config.merge')}
        </Button>
      </div>
    )
  }
  const undecided = countUndecided(editing)
  if (undecided > 0) {
    return (
      <p role="status" className="font-medium text-warn">
        {text('config.undecided', { count: undecided })}
      </p>
    )
  }
  if (result?.kind === 'merged') {
    return (
      <p role="status" className="font-medium text-warn">
        {text('config.merged')}
      </p>
    )
  }
  if (result?.kind === 'unknown') {
    return (
      <p role="alert" className="font-medium text-warn">
        {text('config.unknown')}
      </p>
    )
  }
  if (result?.kind === 'refused') {
    return (
      <p role="alert" className="wrap-anywhere text-bad">
        <span className="font-medium">{text('config.refused')}.</span> {say.error(result.error)}
      </p>
    )
  }
  if ((result?.kind === 'applied' || result?.kind === 'pending') && !changed) {
    return (
      <p role="status" className="flex flex-wrap items-center gap-2 font-medium text-good">
        {text(`config.saved.${result.kind}`)}
        {result.kind === 'pending' && (view.state === 'active' || view.state === 'error') && (
          <ActionButton action="restart" plugin={view} size="small" />
        )}
      </p>
    )
  }
  if (unfinished > 0) {
    return (
      <p role="status" className="font-medium text-bad">
        {text('config.unfinished', { count: unfinished })}
      </p>
    )
  }
  if (violations.length > 0 && (changed || view.state !== 'active')) {
    return (
      <p role="status" className="font-medium text-bad">
        {text('config.invalid', { count: violations.length })}
      </p>
    )
  }
  if (changed && base && view.configRevision > base.revision) {
    return (
      <p role="status" className="font-medium text-warn">
        {text('config.changedElsewhere', { revision: String(view.configRevision) })}
      </p>
    )
  }
  if (!changed && base?.pendingRestart) {
    return (
      <p role="status" className="flex flex-wrap items-center gap-2 text-warn">
        {text('config.pending')}
        <ActionButton action="restart" plugin={view} size="small" />
      </p>
    )
  }
  if (session && !session.may.includes('config.set')) {
    return (
      <p role="status" className="text-muted">
        {text('action.notAllowed', { role: text(`role.${session.role}`) })}
      </p>
    )
  }
  return (
    <p role="status" className="text-muted">
      {changed ? text('config.changed') : text('config.unchanged')}
    </p>
  )
}
