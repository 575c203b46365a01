'use client'

import type { ReactNode } from 'react'
import { Modal } from '@/components/ui/modal'
import { useText } from '@/messages/use-text'

const KEYS = [
  ['⌘K', 'palette'],
  ['1 – 5', 'pages'],
  ['/', 'filter'],
  ['j k', 'walk'],
  ['⏎', 'open'],
  ['x', 'select'],
  ['p', 'pause'],
  ['esc', 'leave'],
  ['?', 'help'],
] as const

export function KeyHelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = useText()
  return (
    <Modal open onClose={onClose} title={text('keys.title')}>
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-2">
        {KEYS.map(([key, name]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border bg-sunken px-1.5 py-0.5 font-mono text-[13px]">{key}</kbd>
            </dt>
            <dd className="text-muted">{text(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
