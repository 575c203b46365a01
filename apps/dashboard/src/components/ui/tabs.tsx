'use client'

import { Tabs as Base } from '@base-ui/react/tabs'
import { useEffect, useRef, type ReactNode } from 'react'

export interface TabItem<Value extends string> {
  readonly value: Value
  readonly label: string
  /** The number of items in the tab. It is not shown if it is 0. */
  readonly count?: number
}

/** One of several views at a time; the arrow keys move between them. */
export function Tabs<Value extends string>({
  label,
  value,
  items,
  onChange,
  children,
}: {
  readonly label: string
  readonly value: Value
  readonly items: readonly TabItem<Value>[]
  readonly onChange: (value: Value) => void
  readonly children: ReactNode
}): ReactNode {
  const list = useRef<HTMLDivElement>(null)
  // On a phone the row is longer than the screen.
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [value])
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as Value)}>
      <Base.List
        ref={list}
        aria-label={label}
        className="scroll-edges mb-4 flex gap-1 overflow-x-auto overflow-y-hidden border-b"
      >
        {items.map((item) => (
          <Base.Tab
            key={item.value}
            value={item.value}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted hover:text-ink data-active:border-accent data-active:text-ink"
          >
            {item.label}
            {item.count !== undefined && item.count > 0 && (
              <span className="figures ml-1.5 text-faint">{item.count}</span>
            )}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value}>{children}</Base.Panel>
    </Base.Root>
  )
}
