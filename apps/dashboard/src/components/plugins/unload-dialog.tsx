'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Modal } from '@/components/ui/modal'
import { useToast } from '@/components/ui/toasts'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useText } from '@/messages/use-text'

/** Asks once, and names what else it touches: the plan comes from the server. */
export function UnloadDialog({
  plugin: { id, name },
  onClose,
}: {
  readonly plugin: { readonly id: string; readonly name: string }
  readonly onClose: () => void
}): ReactNode {
  const text = useText()
  const toast = useToast()
  const allowed = useMay('plugins.unload')
  const call = useOperation()
  const router = useRouter()
  const [dependents, setDependents] = useState<readonly string[] | null>(null)
  const [planError, setPlanError] = useState<string | null>(null)
  const [pending, setPending] = useState(false)

  useEffect(() => {
    call('plugins.unload', { id, dryRun: true }).then(
      (plan) => setDependents((plan?.steps ?? []).filter((step) => step.id !== id).map((step) => step.id)),
      (thrown: unknown) => setPlanError(asClientError(thrown).message),
    )
  }, [call, id])

  const unload = async (): Promise<void> => {
    setPending(true)
    try {
      await call('plugins.unload', { id, cascade: (dependents ?? []).length > 0 })
      toast({ kind: 'good', title: text('action.done.unload', { name }) })
      onClose()
      router.push('/plugins')
    } catch (thrown) {
      toast({ kind: 'bad', title: text('action.failed.unload', { name }), description: asClientError(thrown).message })
      setPending(false)
    }
  }

  return (
    <Modal
      open
      onClose={onClose}
      title={text('action.confirmUnload', { name })}
      description={text('action.unloadExplains')}
    >
      {dependents !== null && dependents.length > 0 && (
        <p className="mb-4 font-medium text-warn">
          {text('action.confirmDependents', { names: dependents.join(', ') })}
        </p>
      )}
      {planError !== null && (
        <p role="alert" className="mb-4 wrap-anywhere text-bad">
          {text('action.planFailed', { message: planError })}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{text('action.cancel')}</Button>
        <Button
          look="danger"
          pending={pending}
          disabled={!allowed || dependents === null}
          onClick={() => void unload()}
        >
          {text('action.unload')}
        </Button>
      </div>
    </Modal>
  )
}
