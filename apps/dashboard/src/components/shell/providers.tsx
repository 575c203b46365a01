'use client'

import { CSPProvider } from '@base-ui/react/csp-provider'
import type { ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { ToastArea } from '@/components/ui/toasts'
import { ClientProvider } from '@/live/client-context'
import { en } from '@/messages/en'

export function Providers({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    // Base UI would otherwise add style elements, which the page's policy blocks.
    <CSPProvider disableStyleElements>
      <IntlProvider locale="en" messages={en} timeZone="UTC">
        <ClientProvider>
          <ToastArea>{children}</ToastArea>
        </ClientProvider>
      </IntlProvider>
    </CSPProvider>
  )
}
