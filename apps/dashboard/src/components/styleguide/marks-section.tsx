'use client'

import type { PluginState } from '@plugboard/protocol'
import { type ReactNode } from 'react'
import { Button, Spinner } from '@/components/ui/button'
import type { HealthLevel } from '@/components/ui/health-level'
import { Icon, ICON_NAMES } from '@/components/ui/icon'
import { Empty, Panel, Skeleton } from '@/components/ui/panel'
import { Preformatted } from '@/components/ui/preformatted'
import { HealthMark, StateMark } from '@/components/ui/state-mark'
import { useFigures } from '@/format/use-figures'

const STATES: readonly PluginState[] = ['active', 'error', 'loaded', 'loading', 'initializing', 'unloading', 'unloaded']
const HEALTH: readonly HealthLevel[] = ['healthy', 'warning', 'unhealthy', 'off', 'starting']

export function Marks(): ReactNode {
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
        {ICON_NAMES.map((name) => (
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

export function States(): ReactNode {
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

export function Figures(): ReactNode {
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
