'use client'

import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import { SearchField } from '@/components/ui/search-field'
import { Segments } from '@/components/ui/segments'
import { SelectField } from '@/components/ui/select-field'
import { Tabs } from '@/components/ui/tabs'
import { TextField } from '@/components/ui/text-field'
import { useToast } from '@/components/ui/toasts'

const LOOKS = ['primary', 'plain', 'quiet', 'danger'] as const

export function Buttons(): ReactNode {
  return (
    <Panel title="Buttons">
      {(['medium', 'small'] as const).map((size) => (
        <div key={size} className="mb-3 grid grid-cols-4 items-center gap-2">
          {LOOKS.map((look) => (
            <span key={look} className="flex flex-wrap gap-2">
              <Button look={look} size={size}>
                {look}
              </Button>
              <Button look={look} size={size} pending>
                {look}
              </Button>
              <Button look={look} size={size} disabled>
                {look}
              </Button>
            </span>
          ))}
        </div>
      ))}
      <CopyButton label="Copy" text={() => 'copied'} />
    </Panel>
  )
}

export function Fields(): ReactNode {
  const [words, setWords] = useState('')
  return (
    <Panel title="Fields">
      <div className="flex flex-col gap-4">
        <TextField label="With a hint" hint="At least twelve characters" defaultValue="" />
        <TextField label="With an error" error="This is not your password." defaultValue="secret" type="password" />
        <TextField label="Disabled" disabled defaultValue="as it is" />
        <SearchField label="Search" placeholder="Search: press /" value={words} onChange={setWords} />
      </div>
    </Panel>
  )
}

export function Choices(): ReactNode {
  const [value, setValue] = useState<'one' | 'two'>('one')
  const [checked, setChecked] = useState(true)
  const options = [
    { value: 'one', label: 'One' },
    { value: 'two', label: 'Two' },
  ] as const
  return (
    <Panel title="Choices">
      <div className="flex flex-col items-start gap-4">
        <Segments label="Segments" value={value} options={options} onChange={setValue} />
        <SelectField label="Select" value={value} options={options} onChange={setValue} />
        <SelectField label="Select, disabled" value={value} options={options} disabled onChange={setValue} />
        <div className="flex flex-wrap gap-4">
          <Checkbox label="Checked" checked={checked} onChange={setChecked} />
          <Checkbox label="Some of it" checked={false} mixed onChange={() => {}} />
          <Checkbox label="Disabled" checked={false} disabled onChange={() => {}} />
        </div>
        <div className="w-full">
          <Tabs
            label="Tabs"
            value={value}
            items={[
              { value: 'one', label: 'First' },
              { value: 'two', label: 'Second', count: 12 },
            ]}
            onChange={setValue}
          >
            <p className="text-muted">The {value} one.</p>
          </Tabs>
        </div>
      </div>
    </Panel>
  )
}

export function Overlays(): ReactNode {
  const toast = useToast()
  const [open, setOpen] = useState(false)
  return (
    <Panel title="Over the page">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen(true)}>Dialog…</Button>
        <Button onClick={() => toast({ kind: 'good', title: 'Rolling stats was restarted' })}>Good news</Button>
        <Button
          onClick={() =>
            toast({ kind: 'bad', title: 'Chaos did not restart', description: 'Its start took longer than 10 s.' })
          }
        >
          Bad news
        </Button>
      </div>
      {open && (
        <ConfirmDialog
          title="Unload Chaos?"
          description="It is stopped and taken off."
          action="Unload"
          onClose={() => setOpen(false)}
          onConfirm={() => {}}
        />
      )}
    </Panel>
  )
}
