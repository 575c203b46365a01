'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactNode } from 'react'
import { ActionsProvider } from '@/components/actions/actions-provider'
import { BulkActionsProvider } from '@/components/actions/bulk-actions-provider'
import { DraftsProvider } from '@/components/config/drafts-context'
import { ToastArea } from '@/components/ui/toasts'
import { ClientProvider } from '@/live/client-context'
import { LocaleProvider } from '@/messages/locale-context'

export function Providers({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    // Base UI would otherwise add style elements, which the page's policy blocks.
    <CSPProvider disableStyleElements>
      <LocaleProvider>
        <ClientProvider>
          <ToastArea>
            <ActionsProvider>
              <BulkActionsProvider>
                <DraftsProvider>{children}</DraftsProvider>
              </BulkActionsProvider>
            </ActionsProvider>
          </ToastArea>
        </ClientProvider>
      </LocaleProvider>
    </CSPProvider>
  )
}
