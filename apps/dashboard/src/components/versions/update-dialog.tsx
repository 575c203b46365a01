'use client'

import type { ClientError } from '@plugboard/client'
import type { JsonValue, Operations, Permission, UpdatePlanView } from '@plugboard/protocol'
import { useId, useState, type ReactNode } from 'react'
import { PermissionList } from '@/components/permissions/permission-list'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Modal } from '@/components/ui/modal'
import { Skeleton } from '@/components/ui/panel'
import { SelectField } from '@/components/ui/select-field'
import { useMounted } from '@/hooks/use-mounted'
import { useSettled } from '@/hooks/use-settled'
import { useAnswer } from '@/live/use-answer'
import { useMay, useSession } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useReport } from '@/components/feedback/use-report'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

type Gate = UpdatePlanView['gates'][number]
type GateCode = Gate['code']
type Strategy = 'auto' | UpdatePlanView['strategy']

/** In seconds; null: until enough was seen. */
const WATCHES = { auto: null, short: 60, medium: 300, long: 600 } as const
/** It takes a new version up to 10 s to start, and the old one some to hand over. */
const TIMEOUT_MS = 60_000

/** Shows what an update would do, what is in its way and what it would lose; each gate is accepted on its own. */
export function UpdateDialog({
  id,
  name,
  version,
  isOlder,
  onClose,
}: {
  readonly id: string
  readonly name: string
  readonly version: string
  /** It is taken back to that version. */
  readonly isOlder: boolean
  readonly onClose: () => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const call = useOperation()
  const report = useReport()
  const here = useMounted()
  const allowed = useMay('plugins.update')
  const [strategy, setStrategy] = useState<Strategy>('auto')
  const [watch, setWatch] = useState<keyof typeof WATCHES>('auto')
  const [accepted, setAccepted] = useState<ReadonlySet<GateCode>>(new Set())
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<ClientError | null>(null)
  // What is typed in place of a config that does not fit; null: the config that is set.
  const [configText, setConfigText] = useState<string | null>(null)
  const config = parseObject(useSettled(configText ?? ''))
  const watchSeconds = WATCHES[watch]
  const input: Operations['plugins.update']['input'] = {
    id,
    version,
    ...(strategy !== 'auto' && { strategy }),
    ...(watchSeconds !== null && { watchSeconds }),
    ...(config && { config }),
  }
  const { value, error } = useAnswer('plugins.update', { ...input, dryRun: true })
  const plan = value && 'gates' in value ? value : null
  const isOpen = plan?.gates.every(({ code }) => accepted.has(code) || (code === 'config' && !config)) ?? false
  const runs = plan?.steps.every(({ code }) => code !== 'replace') ?? true

  const update = async (): Promise<void> => {
    setPending(true)
    setRefusal(null)
    try {
      await call('plugins.update', { ...input, accept: [...accepted] }, TIMEOUT_MS)
      if (here.current) onClose()
    } catch (thrown) {
      if (!here.current) return report(thrown, text('update.failed', { name }))
      setRefusal(asClientError(thrown))
      setPending(false)
    }
  }

  return (
    <Modal
      open
      wide
      onClose={onClose}
      title={text(isOlder ? 'update.rollbackTitle' : 'update.title', { name, version })}
      {...(plan && { description: text('update.versions', { from: plan.from, to: plan.to }) })}
    >
      {error ? (
        <p role="alert" className="wrap-anywhere text-bad">
          {text('update.planFailed')}: {say.error(error)}
        </p>
      ) : !plan ? (
        <Skeleton className="h-48" />
      ) : (
        <div className="flex flex-col gap-5">
          {plan.gates.length > 0 && (
            <section aria-label={text('update.gates')}>
              <h3 className="mb-2 text-[13px] font-medium text-muted">{text('update.gates')}</h3>
              <ul className="divide-y rounded-lg border border-warn bg-warn-soft">
                {plan.gates.map((gate) => (
                  <GateRow
                    key={gate.code}
                    gate={gate}
                    plan={plan}
                    accepted={accepted.has(gate.code)}
                    configText={configText}
                    onConfigText={setConfigText}
                    onAccept={(isAccepted) => setAccepted(withMember(accepted, gate.code, isAccepted))}
                  />
                ))}
              </ul>
            </section>
          )}
          <section aria-label={text('update.steps')}>
            <h3 className="mb-2 text-[13px] font-medium text-muted">{text('update.steps')}</h3>
            <ol className="divide-y rounded-lg border">
              {plan.steps.map((step, index) => {
                const loses = say.loses(step, plan)
                return (
                  <li key={step.code} className="flex gap-3 px-4 py-2 wrap-anywhere">
                    <span className="figures w-4 shrink-0 text-faint">{index + 1}</span>
                    <span className="min-w-0">
                      {say.updateStep(step, plan)}
                      {loses && (
                        <span className="block text-[13px] text-warn">{text('update.loses', { what: loses })}</span>
                      )}
                    </span>
                  </li>
                )
              })}
            </ol>
          </section>
          {runs && (
            <section aria-label={text('update.options')} className="grid gap-4 sm:grid-cols-2">
              <SelectField
                label={text('update.strategy')}
                value={strategy}
                options={(['auto', 'swap', 'exclusive', 'restart'] as const).map((one) => ({
                  value: one,
                  label: text(`update.strategies.${one}`),
                }))}
                onChange={setStrategy}
              />
              <SelectField
                label={text('update.watch')}
                value={watch}
                options={(Object.keys(WATCHES) as (keyof typeof WATCHES)[]).map((one) => ({
                  value: one,
                  label: text(`update.watches.${one}`),
                }))}
                onChange={setWatch}
              />
            </section>
          )}
          {refusal && (
            <div
              role="alert"
              ref={(alert) => alert?.scrollIntoView({ block: 'nearest' })}
              className="rounded-lg bg-bad-soft p-4 text-bad"
            >
              <p className="font-medium">{text('update.failed', { name })}</p>
              <p className="mt-1 wrap-anywhere">{say.error(refusal)}</p>
            </div>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{text('action.cancel')}</Button>
            <Button look="primary" pending={pending} disabled={!allowed || !isOpen} onClick={() => void update()}>
              {text(isOlder ? 'versions.goTo' : 'versions.update')}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}

function GateRow({
  gate,
  plan,
  accepted,
  configText,
  onConfigText,
  onAccept,
}: {
  readonly gate: Gate
  readonly plan: UpdatePlanView
  readonly accepted: boolean
  readonly configText: string | null
  readonly onConfigText: (text: string | null) => void
  readonly onAccept: (isAccepted: boolean) => void
}): ReactNode {
  const text = useText()
  const say = useSay()
  const session = useSession()
  const needsAdmin = gate.code === 'permissions' && session?.role !== 'admin'
  const missing =
    gate.code === 'permissions' ? ((gate.details as { missing?: Permission[] } | null)?.missing ?? []) : []
  return (
    <li className="px-4 py-3">
      <p className="font-medium wrap-anywhere text-warn">{say.gate(gate, plan)}</p>
      {missing.length > 0 && <PermissionList permissions={missing} />}
      <div className="mt-2">
        {gate.code === 'config' ? (
          <ConfigField plan={plan} text={configText} onChange={onConfigText} />
        ) : needsAdmin ? (
          <span className="text-[13px] text-muted">{text('update.needsAdmin')}</span>
        ) : (
          <Checkbox label={text('update.accept')} checked={accepted} onChange={onAccept} />
        )}
      </div>
    </li>
  )
}

/** Another config for the new version; what is secret stands as a reference and may stay so. */
function ConfigField({
  plan: { id, to },
  text: typed,
  onChange,
}: {
  readonly plan: UpdatePlanView
  readonly text: string | null
  readonly onChange: (text: string | null) => void
}): ReactNode {
  const text = useText()
  const field = useId()
  const { value } = useAnswer('config.get', { id })
  const shown = typed ?? (value ? JSON.stringify(value.config, null, 2) : '')
  const isWrong = typed !== null && parseObject(typed) === null
  return (
    <div className="flex flex-col gap-1">
      <p className="text-[13px] text-muted">{text('update.mayMigrate')}</p>
      <label htmlFor={field} className="text-[13px] font-medium wrap-anywhere">
        {text('update.config', { version: to })}
      </label>
      <textarea
        id={field}
        value={shown}
        rows={6}
        spellCheck={false}
        aria-invalid={isWrong || undefined}
        onChange={({ target }) => onChange(target.value)}
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-[13px] aria-invalid:border-bad"
      />
      {isWrong && (
        <p role="alert" className="text-[13px] text-bad">
          {text('update.notJson')}
        </p>
      )}
    </div>
  )
}

function parseObject(text: string): Record<string, JsonValue> | null {
  try {
    const value = JSON.parse(text) as JsonValue
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function withMember<T>(before: ReadonlySet<T>, member: T, isMember: boolean): ReadonlySet<T> {
  const next = new Set(before)
  if (isMember) next.add(member)
  else next.delete(member)
  return next
}
