import type { Series, StateHistory } from '@plugboard/protocol'
import type { Frame } from '@/components/charts/data/buckets'
import type { EventMark } from '@/components/charts/data/event-marks'

export const COLORS = [
  'canvas',
  'surface',
  'raised',
  'sunken',
  'line',
  'line-strong',
  'ink',
  'muted',
  'faint',
  'accent',
  'accent-soft',
  'on-accent',
  'good',
  'good-soft',
  'bad',
  'bad-soft',
  'warn',
  'warn-soft',
  'chart-1',
  'chart-2',
  'chart-3',
  'chart-4',
  'chart-5',
  'chart-6',
  'chart-7',
  'chart-8',
  'chart-others',
] as const

const FROM = Date.UTC(2026, 0, 1, 12)
const MINUTE = 60_000
const frame: Frame = { from: FROM, to: FROM + 5 * MINUTE, stepMs: 2_000 }
const at = Array.from({ length: 300 }, (_, index) => FROM + index * 1_000)
const isGap = (index: number): boolean => index > 120 && index < 160

/** Figures that were never measured, for a page that only shows how they would look. */
export const SAMPLE: {
  readonly frame: Frame
  readonly series: Series
  readonly marks: readonly EventMark[]
  readonly states: StateHistory
} = {
  frame,
  series: {
    at,
    values: {
      a: at.map((_, index) => (isGap(index) ? null : 5 + 4 * Math.sin(index / 20))),
      b: at.map((_, index) => (isGap(index) ? null : 3 + 2 * Math.cos(index / 30))),
    },
  },
  marks: [
    { at: FROM + MINUTE, kind: 'config', label: 'Revision 2 was saved.', pluginId: 'sample' },
    { at: FROM + 2 * MINUTE, kind: 'failure', label: 'It has given no sign of life for 3 s.', pluginId: 'sample' },
    { at: FROM + 3 * MINUTE, kind: 'restart', label: 'State changed to active.', pluginId: 'sample' },
    { at: FROM + 4 * MINUTE, kind: 'version', label: 'Version 1.1.0', pluginId: 'sample' },
  ],
  states: [
    { at: FROM, state: 'active', error: null },
    { at: FROM + 2 * MINUTE, state: 'error', error: { code: 'PLUGIN_HUNG', message: 'It hung.', details: null } },
    { at: FROM + 3 * MINUTE, state: 'active', error: null },
  ],
}
