'use client'

import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { Button } from './button'
import { Modal } from './modal'

/** Asks once, before what cannot be taken back. */
export function ConfirmDialog({
  title,
  description,
  action,
  look = 'danger',
  disabled = false,
  children,
  onClose,
  onConfirm,
}: {
  readonly title: string
  readonly description?: string
  /** The word on the button that does it. */
  readonly action: string
  readonly look?: 'primary' | 'danger'
  readonly disabled?: boolean
  readonly children?: ReactNode
  readonly onClose: () => void
  /** The dialog is closed by then. */
  readonly onConfirm: () => void
}): ReactNode {
  const text = useText()
  return (
    <Modal open onClose={onClose} title={title} {...(description !== undefined && { description })}>
      {children}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{text('action.cancel')}</Button>
        <Button
          look={look}
          disabled={disabled}
          onClick={() => {
            onClose()
            onConfirm()
          }}
        >
          {action}
        </Button>
      </div>
    </Modal>
  )
}
