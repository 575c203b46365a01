'use client'

import type { ClientError } from '@plugboard/client'
import type { ConfigView, JsonObject, PluginView } from '@plugboard/protocol'
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { useToast } from '@/components/ui/toasts'
import { useMay, useOnline } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import type { Violation } from '@/messages/say'
import { useText } from '@/messages/use-text'
import { useDrafts } from './drafts-context'
import { draftOf, isChanged, withText, withValue, type ConfigDraft } from './config-draft'
import { mergeConfigs, withValueAt, type MergeConflict } from './config-merge'
import type { Side } from './conflict-list'

type SaveResult =
  | { readonly kind: 'applied' }
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'conflict'
      readonly revision: number
      readonly actor: string | null
      readonly theirs: JsonObject
    }
  /** Their changes and the draft's were merged; nothing is saved yet. */
  | {
      readonly kind: 'merged'
      readonly conflicts: readonly MergeConflict[]
      readonly decided: ReadonlyMap<string, Side>
    }
  /** The server did not answer, so it is unknown whether the config was saved. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly error: ClientError }

export interface ConfigEditing {
  readonly base: ConfigView | null
  readonly draft: ConfigDraft | null
  readonly changed: boolean
  readonly violations: readonly Violation[]
  readonly result: SaveResult | null
  readonly saving: boolean
  readonly loadError: ClientError | null
  readonly editValue: (value: ConfigDraft['value']) => void
  readonly editText: (text: string) => void
  readonly save: () => Promise<void>
  /** After a conflict: merges the stored config with the draft's changes, which can then be looked at and saved. */
  readonly merge: () => void
  /** Takes one side for a field that both changed. */
  readonly decide: (conflict: MergeConflict, side: Side) => void
  /** Forgets the draft and takes what is stored. */
  readonly reload: () => Promise<void>
}

/** The details of `CONFIG_CONFLICT`. */
interface Conflict {
  readonly revision: number
  readonly current: { readonly config: JsonObject; readonly actor: string | null }
}

/** How long after the last change the draft is checked, so that not every key press sends a request. */
const CHECK_MS = 250
/** How long after a check that failed the check is repeated. */
const CHECK_AGAIN_MS = 3_000

/**
 * The editing of a config. There is one draft, which the server checks when it changes. A save fails if the stored
 * revision is no longer the one that the draft began from.
 */
export function useConfig({ id, configRevision: storedRevision, activeSince }: PluginView): ConfigEditing {
  const call = useOperation()
  const toast = useToast()
  const text = useText()
  const online = useOnline()
  const drafts = useDrafts()
  const [base, setBase] = useState<ConfigView | null>(drafts.get(id)?.base ?? null)
  const [draft, setDraft] = useState<ConfigDraft | null>(drafts.get(id)?.draft ?? null)
  const [violations, setViolations] = useState<readonly Violation[]>([])
  const [result, setResult] = useState<SaveResult | null>(null)
  const [saving, setSaving] = useState(false)
  const [loadError, setLoadError] = useState<ClientError | null>(null)
  const changed = base !== null && draft !== null && isChanged(draft, base)

  const reload = useCallback(async () => {
    try {
      const stored = await call('config.get', { id })
      setLoadError(null)
      return stored
    } catch (thrown) {
      setLoadError(asClientError(thrown))
      return null
    }
  }, [call, id])

  const take = useCallback((stored: ConfigView | null) => {
    if (!stored) return
    setBase(stored)
    setDraft(draftOf(stored.config))
    setViolations([])
    setLoadError(null)
    // The result of an earlier save does not apply to this revision.
    setResult(null)
  }, [])

  // When another user saves a config, this page shows that config at once, unless there are unsaved changes here.
  // Whether there are unsaved changes is checked when the answer arrives, because the user may type in the meantime.
  const takeUnlessEdited = useEffectEvent((stored: ConfigView | null) => {
    if (saving || !stored) return
    // The stored config may equal the draft: the save worked, but its answer was lost.
    if (changed && isChanged(draft, stored)) return
    if (stored.revision !== base?.revision) take(stored)
    else setBase(stored)
  })
  useEffect(() => {
    if (!online) return
    let current = true
    void reload().then((stored) => current && takeUnlessEdited(stored))
    return () => {
      current = false
    }
    // `activeSince` is a dependency because a new instance uses the config that was pending.
  }, [reload, storedRevision, online, activeSince])

  useEffect(() => {
    if (changed) drafts.set(id, { base, draft })
    else drafts.delete(id)
  }, [drafts, id, changed, base, draft])

  const mayCheck = useMay('config.check')
  const value = draft?.value
  useEffect(() => {
    // An unchanged config is checked too, because a stored config can be invalid.
    if (!value || !mayCheck) return setViolations([])
    let current = true
    let timer: ReturnType<typeof setTimeout>
    const checkIn = (delayMs: number): void => {
      timer = setTimeout(() => {
        call('config.check', { id, config: value }).then(
          (found) => current && setViolations(found.violations),
          () => current && checkIn(CHECK_AGAIN_MS),
        )
      }, delayMs)
    }
    checkIn(CHECK_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [call, id, value, mayCheck])

  const save = async (): Promise<void> => {
    if (!draft || draft.syntaxError !== null) return
    setSaving(true)
    try {
      const answer = await call('config.set', { id, config: draft.value, revision: base?.revision })
      const { applied } = answer
      // If the stored config cannot be read now, use the sent one. The sent config can differ from the stored one only
      // in its secrets and in defaults that the server filled in.
      take((await reload()) ?? (base && { ...base, config: draft.value, revision: answer.revision }))
      setResult({ kind: applied ? 'applied' : 'pending' })
    } catch (thrown) {
      setResult(refusalOf(asClientError(thrown), setViolations))
    } finally {
      setSaving(false)
    }
  }

  const edit = (next: ConfigDraft): void => {
    setDraft(next)
    // What is still to be decided stays; any other result is of an earlier draft.
    if (result?.kind !== 'merged') setResult(null)
  }
  const merge = (): void => {
    if (result?.kind !== 'conflict' || !base || !draft) return
    const { theirs, revision } = result
    const { merged, conflicts } = mergeConfigs(base.config, theirs, draft.value)
    setBase({ ...base, config: theirs, revision })
    setDraft(draftOf(merged))
    setResult({ kind: 'merged', conflicts, decided: new Map() })
  }
  const decide = ({ pointer, theirs, mine }: MergeConflict, side: Side): void => {
    if (result?.kind !== 'merged' || !draft) return
    setDraft(draftOf(withValueAt(draft.value, pointer, side === 'mine' ? mine : theirs)))
    setResult({ ...result, decided: new Map(result.decided).set(pointer, side) })
  }
  const isOutdated = base !== null && base.revision !== storedRevision
  return {
    base,
    draft,
    changed,
    // A secret that was replaced by somebody else meanwhile: a save says so, and offers to merge.
    violations: isOutdated ? violations.filter(({ rule }) => rule !== 'secret') : violations,
    // The plugin has been started since the save, so the pending config is in force now.
    result: result?.kind === 'pending' && activeSince !== null && !base?.pendingRestart ? { kind: 'applied' } : result,
    saving,
    loadError,
    editValue: (next) => edit(withValue(next)),
    editText: (text) => draft && edit(withText(draft, text)),
    save,
    merge,
    decide,
    reload: async () => {
      const stored = await reload()
      if (!stored) return
      setResult(null)
      take(stored)
      if (!base || !draft || !changed) return
      const undo = (): void => {
        setBase(base)
        setDraft(draft)
        // Where another page is open by now, it is there when this one is opened again.
        drafts.set(id, { base, draft })
      }
      toast({ kind: 'good', title: text('config.discarded'), undo })
    },
  }
}

function refusalOf(error: ClientError, setViolations: (violations: readonly Violation[]) => void): SaveResult {
  if (error.code === 'NO_ANSWER') return { kind: 'unknown' }
  if (error.code === 'CONFIG_CONFLICT') {
    const { revision, current } = error.details as Conflict
    return { kind: 'conflict', revision, actor: current.actor, theirs: current.config }
  }
  if (error.code === 'CONFIG_INVALID') setViolations(error.details as readonly Violation[])
  return { kind: 'refused', error }
}
