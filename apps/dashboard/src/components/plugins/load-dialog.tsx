'use client'

import type { ClientError } from '@plugboard/client'
import type { AvailableView, Permission } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { PermissionList } from '@/components/permissions/permission-list'
import { permissionName } from '@/components/permissions/permission-name'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { Skeleton } from '@/components/ui/panel'
import { useToast } from '@/components/ui/toasts'
import { useAnswer } from '@/live/use-answer'
import { useMay } from '@/live/use-live'
import { useMounted } from '@/hooks/use-mounted'
import { asClientError, useOperation } from '@/live/use-operation'
import { useReport } from '@/components/feedback/use-report'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'

interface Refusal {
  readonly path: string
  readonly error: ClientError
  /** What would have to be granted. */
  readonly missing: readonly Permission[]
}

/** Lists what the plugin paths hold, and takes any other path. */
export function LoadDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = useText()
  const say = useSay()
  const toast = useToast()
  const allowed = useMay('plugins.load')
  const call = useOperation()
  const report = useReport()
  const here = useMounted()
  const { value: available, error: listError } = useAnswer('plugins.available', {})
  const [path, setPath] = useState('')
  const [pending, setPending] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  const load = async (wanted: string, grant: readonly Permission[]): Promise<void> => {
    setPending(wanted)
    setRefusal(null)
    try {
      const loaded = await call('plugins.load', { path: wanted, grant: [...grant] })
      if ('id' in loaded) toast({ kind: 'good', title: text('load.loaded', { id: loaded.id }) })
      if (here.current) onClose()
    } catch (thrown) {
      const error = asClientError(thrown)
      const { code, details } = error
      const missing =
        code === 'PERMISSION_DENIED' ? ((details as { missing?: Permission[] } | null)?.missing ?? []) : []
      if (!here.current) return report(thrown, text('load.refused'))
      setRefusal({ path: wanted, error, missing })
      setPending(null)
    }
  }

  return (
    <Modal open onClose={onClose} title={text('load.title')} wide>
      <div className="flex flex-col gap-6">
        <section aria-label={text('load.found')}>
          <h3 className="mb-2 text-[13px] font-medium text-muted">{text('load.found')}</h3>
          {listError ? (
            <p role="alert" className="wrap-anywhere text-bad">
              {text('load.listFailed')}: {say.error(listError)}
            </p>
          ) : available === null ? (
            <Skeleton className="h-16" />
          ) : available.length === 0 ? (
            <p className="text-muted">{text('load.nothingFound')}</p>
          ) : (
            <ul className="divide-y rounded-lg border">
              {available.map((plugin) => (
                <li key={plugin.path} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
                  <Found plugin={plugin} />
                  {!plugin.error && (
                    <Button
                      pending={pending === plugin.path}
                      disabled={!allowed || pending !== null}
                      aria-label={`${plugin.missing.length > 0 ? text('load.grantAndLoad') : text('load.submit')} ${plugin.name}`}
                      onClick={() => void load(plugin.path, plugin.missing)}
                    >
                      {plugin.missing.length > 0 ? text('load.grantAndLoad') : text('load.submit')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </section>
        <form
          className="flex flex-col gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void load(path, [])
          }}
        >
          <label htmlFor="plugin-path" className="text-[13px] font-medium text-muted">
            {text('load.pathLabel')}
          </label>
          <div className="flex gap-2">
            <input
              id="plugin-path"
              value={path}
              spellCheck={false}
              aria-describedby="plugin-path-hint"
              onChange={(event) => setPath(event.target.value)}
              className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-3 font-mono text-[13px]"
            />
            <Button
              type="submit"
              look="primary"
              pending={pending !== null && pending === path}
              disabled={!allowed || path.trim() === '' || pending !== null}
            >
              {text('load.submit')}
            </Button>
          </div>
          <p id="plugin-path-hint" className="text-[13px] text-faint">
            {text('load.pathHint')}
          </p>
        </form>
        {refusal && refusal.missing.length > 0 && (
          <div role="alert" className="rounded-lg border border-warn bg-warn-soft p-4">
            <p className="font-medium text-warn">{text('load.wantsMore')}</p>
            <PermissionList permissions={refusal.missing} />
            <Button className="mt-3" disabled={!allowed} onClick={() => void load(refusal.path, refusal.missing)}>
              {text('load.grantAndLoad')}
            </Button>
          </div>
        )}
        {refusal && refusal.missing.length === 0 && (
          <div role="alert" className="rounded-lg bg-bad-soft p-4 text-bad">
            <p className="font-medium">{text('load.refused')}</p>
            <p className="mt-1 wrap-anywhere">{say.error(refusal.error)}</p>
          </div>
        )}
      </div>
    </Modal>
  )
}

function Found({ plugin }: { readonly plugin: AvailableView }): ReactNode {
  const text = useText()
  const say = useSay()
  return (
    <div className="min-w-0 flex-1 basis-60">
      <p className="font-medium">
        {plugin.name ?? plugin.path.split('/').at(-1)}
        {plugin.version && <span className="figures ml-2 font-normal text-faint">{plugin.version}</span>}
      </p>
      {plugin.error ? (
        <p className="text-[13px] wrap-anywhere text-bad">
          {text('load.broken')}: {say.error(plugin.error)}
        </p>
      ) : (
        <>
          {plugin.description && <p className="text-[13px] text-muted">{plugin.description}</p>}
          {plugin.missing.length > 0 && (
            <p className="text-[13px] text-warn">
              {text('load.asks')} {plugin.missing.map(permissionName).join(', ')}
            </p>
          )}
        </>
      )}
    </div>
  )
}
