'use client'

import { type ReactNode } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { Panel } from '@/components/ui/panel'
import { Charts } from './charts-section'
import { Buttons, Choices, Fields, Overlays } from './controls-section'
import { Figures, Marks, States } from './marks-section'
import { COLORS } from './samples'

export function Styleguide(): ReactNode {
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title="Style guide" count="development only" />
      <Colors />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Type />
        <Marks />
        <Buttons />
        <Fields />
        <Choices />
        <Overlays />
        <States />
        <Figures />
      </div>
      <Charts />
    </div>
  )
}

function Colors(): ReactNode {
  return (
    <Panel title="Colours" hint="one accent; the others are for state">
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4 xl:grid-cols-8">
        {COLORS.map((name) => (
          <li key={name}>
            <svg className="h-10 w-full rounded-md border" aria-hidden>
              <rect width="100%" height="100%" fill={`var(--color-${name})`} />
            </svg>
            <p className="mt-1 font-mono text-xs text-muted">{name}</p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Type(): ReactNode {
  return (
    <Panel title="Type">
      <div className="flex flex-col gap-2">
        <p className="figures text-2xl leading-8 font-semibold">1,284 · 0.42 % · 48.3 MB</p>
        <p className="text-lg font-semibold">The name of a page</p>
        <p className="font-semibold">The name of a panel</p>
        <p>What is read: 14 px on a line of 20.</p>
        <p className="text-muted">What goes with it.</p>
        <p className="text-[13px] text-faint">What is there if one looks for it.</p>
        <p className="font-mono text-[13px]">rolling-stats · handleEvent index.ts:65</p>
      </div>
    </Panel>
  )
}
