'use client'

import type { PluginState } from '@plugboard/protocol'
import { useState, type ReactNode } from 'react'
import { ChartGroup } from '@/components/charts/chart-group'
import { ChartPanel } from '@/components/charts/chart-panel'
import { Sparkline } from '@/components/charts/sparkline'
import { StateStrip } from '@/components/charts/state-strip'
import { Button, Spinner } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { CopyButton } from '@/components/ui/copy-button'
import type { HealthLevel } from '@/components/ui/health-level'
import { Icon, type IconName } from '@/components/ui/icon'
import { PageHeader } from '@/components/ui/page-header'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { SearchField } from '@/components/ui/search-field'
import { Segments } from '@/components/ui/segments'
import { SelectField } from '@/components/ui/select-field'
import { HealthMark, StateMark } from '@/components/ui/state-mark'
import { Tabs } from '@/components/ui/tabs'
import { TextField } from '@/components/ui/text-field'
import { useToast } from '@/components/ui/toasts'
import { useFigures } from '@/format/use-figures'
import { COLORS, SAMPLE } from './samples'

const STATES: readonly PluginState[] = ['active', 'error', 'loaded', 'loading', 'initializing', 'unloading', 'unloaded']
const HEALTH: readonly HealthLevel[] = ['healthy', 'warning', 'unhealthy', 'off', 'starting']
const LOOKS = ['primary', 'plain', 'quiet', 'danger'] as const
const ICONS: readonly IconName[] = [
  'overview',
  'plugins',
  'events',
  'dependencies',
  'audit',
  'settings',
  'search',
  'door',
  'copy',
  'check',
  'cross',
  'play',
  'pause',
  'download',
  'columns',
]

/** Every part in every state, for who builds with them. Its words are for developers, and in no catalogue. */
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

function Marks(): ReactNode {
  return (
    <Panel title="States" hint="shape and word, never colour alone">
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {STATES.map((state) => (
          <li key={state}>
            <StateMark state={state} />
          </li>
        ))}
        <li>
          <StateMark state="error" recovering />
        </li>
      </ul>
      <ul className="mt-4 flex flex-wrap gap-2">
        {HEALTH.map((level) => (
          <li key={level}>
            <HealthMark level={level} />
          </li>
        ))}
      </ul>
      <ul className="mt-4 flex flex-wrap gap-3 text-muted">
        {ICONS.map((name) => (
          <li key={name} title={name}>
            <Icon name={name} />
          </li>
        ))}
        <li>
          <Spinner />
        </li>
      </ul>
    </Panel>
  )
}

function Buttons(): ReactNode {
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

function Fields(): ReactNode {
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

function Choices(): ReactNode {
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

function Overlays(): ReactNode {
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

function States(): ReactNode {
  return (
    <Panel title="Not there yet, nothing there, as it is">
      <Skeleton className="h-8" />
      <Empty>
        <p>No plugin is loaded yet.</p>
        <Button>Load plugin</Button>
      </Empty>
      <Preformatted
        title="Somebody else’s words"
        body={'Error: failure 11 on purpose\n    at handleEvent (index.ts:65:13)'}
      />
    </Panel>
  )
}

function Figures(): ReactNode {
  const figures = useFigures()
  const rows = [
    ['count', figures.count(1_284), figures.count(null)],
    ['rate', figures.rate(12.44), figures.rate(1_284)],
    ['percent', figures.percent(0.0042), figures.percent(0.5)],
    ['bytes', figures.bytes(50_646_220), figures.bytes(512)],
    ['ms', figures.ms(0.35), figures.ms(1_240)],
    ['duration', figures.duration(273_600), figures.duration(42)],
    ['clock', figures.clock(0), figures.day(0)],
  ]
  return (
    <Panel title="Figures" hint="one width for every digit">
      <table className="figures w-full">
        <tbody className="divide-y">
          {rows.map(([name, one, other]) => (
            <tr key={name}>
              <th scope="row" className="py-1 text-left font-normal text-muted">
                {name}
              </th>
              <td className="text-right">{one}</td>
              <td className="text-right">{other}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function Charts(): ReactNode {
  const figures = useFigures()
  const { series, frame, marks, states } = SAMPLE
  const one = [{ key: 'a', label: 'a line' }]
  return (
    <ChartGroup marks={marks}>
      <div className="grid gap-4 xl:grid-cols-2">
        <ChartPanel
          title="A line"
          hint="with a gap, marks and a threshold"
          series={series}
          frame={frame}
          lines={one}
          format={figures.rate}
          threshold={{ value: 9, label: 'too much' }}
        />
        <ChartPanel title="Stacked" hint="by name" series={series} frame={frame} stacked format={figures.rate} />
        <ChartPanel
          title="Nothing yet"
          hint="an empty range"
          series={{ at: [], values: { a: [] } }}
          frame={frame}
          lines={one}
          format={figures.rate}
        />
        <ChartPanel title="Loading" hint="at its final size" series={null} frame={null} format={figures.rate} />
        <Panel title="States over time">
          <StateStrip history={states} from={frame.from} to={frame.to} label="a plugin" />
        </Panel>
        <Panel title="A small line">
          <Sparkline values={series.values.a ?? []} />
        </Panel>
      </div>
    </ChartGroup>
  )
}
