'use client'

import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { classes } from './class-names'
import { Icon } from './icon'

export interface ToastMessage {
  readonly title: string
  readonly description?: string
  readonly kind: 'good' | 'bad'
  /** A button that takes back what was done; the toast stays longer for it. */
  readonly undo?: () => void
  /** What it is about: a message about the same takes its place, since the one before is not true any more. */
  readonly about?: string
}

const SHOWN_MS = 4_000
const UNDO_MS = 60_000

/** Says what became of an action. What went wrong stays until it is dismissed. */
export function useToast(): (message: ToastMessage) => void {
  const { add, close } = Toast.useToastManager()
  const text = useText()
  return ({ title, description, kind, undo, about }) => {
    const onClick = (): void => {
      close(id)
      undo?.()
    }
    const id = add({
      ...(about !== undefined && { id: about }),
      title,
      description,
      type: kind,
      priority: kind === 'bad' ? 'high' : 'low',
      timeout: kind === 'bad' ? 0 : undo ? UNDO_MS : SHOWN_MS,
      // Also where it is none: what takes the place of another keeps what it does not name.
      actionProps: undo ? { children: text('action.undo'), onClick } : undefined,
    })
  }
}

export function ToastArea({ children }: { readonly children: ReactNode }): ReactNode {
  const text = useText()
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          aria-label={text('action.notices')}
          // Above a bar that stands at the foot of the page: what is pressed there must not be covered.
          className="fixed right-4 bottom-4 left-4 z-60 in-[body:has([data-foot-bar])]:bottom-20 flex flex-col gap-2 sm:left-auto sm:w-96"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList(): ReactNode {
  const { toasts } = Toast.useToastManager()
  const text = useText()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="rounded-lg border bg-raised shadow-(--shadow-pop) transition-opacity data-ending-style:opacity-0 data-limited:hidden data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-3 p-3">
        <span
          aria-hidden
          className={classes(
            'mt-1.5 size-2 shrink-0',
            toast.type === 'bad' ? 'rotate-45 bg-bad' : 'rounded-full bg-good',
          )}
        />
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium" />
          <Toast.Description className="mt-0.5 max-h-40 overflow-y-auto text-[13px] wrap-anywhere text-muted" />
        </div>
        {toast.actionProps && (
          <Toast.Action className="-my-1 h-8 shrink-0 rounded-md border border-line-strong px-3 font-medium hover:bg-sunken" />
        )}
        <Toast.Close
          aria-label={text('action.dismiss')}
          className="-m-1 flex size-7 shrink-0 items-center justify-center rounded text-muted hover:bg-sunken hover:text-ink"
        >
          <Icon name="cross" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
