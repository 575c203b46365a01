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
}

/** Says what became of an action. What went wrong stays until it is dismissed. */
export function useToast(): (message: ToastMessage) => void {
  const { add } = Toast.useToastManager()
  return ({ title, description, kind }) => {
    add({
      title,
      description,
      type: kind,
      priority: kind === 'bad' ? 'high' : 'low',
      timeout: kind === 'bad' ? 0 : 4_000,
    })
  }
}

export function ToastArea({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 left-4 z-60 flex flex-col gap-2 sm:left-auto sm:w-96">
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
