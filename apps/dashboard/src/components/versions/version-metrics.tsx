import type { UpdateView } from '@plugboard/protocol'
import type { ReactNode } from 'react'
import type { Figures } from '@/format/figures'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'

type Metrics = NonNullable<UpdateView['metrics']>['after']

const METRICS = ['handled', 'errorRate', 'p95Ms', 'memoryBytes', 'dropped', 'forMs'] as const

/** The metrics of two versions, one below the other. */
export function VersionMetrics({
  from,
  to,
  metrics: { before, after },
}: {
  readonly from: string
  readonly to: string
  readonly metrics: NonNullable<UpdateView['metrics']>
}): ReactNode {
  const text = useText()
  const figures = useFigures()
  return (
    <dl
      aria-label={text('update.metrics')}
      className="figures mt-3 grid grid-cols-2 gap-x-6 gap-y-3 border-t pt-3 text-[13px] sm:grid-cols-3 xl:grid-cols-6"
    >
      {METRICS.map((metric) => (
        <div key={metric} className="min-w-0">
          <dt className="text-faint">{text(`update.metric.${metric}`)}</dt>
          {[[from, before] as const, [to, after] as const].map(([version, of]) => (
            <dd key={version} className="flex justify-between gap-2">
              <span className="min-w-0 truncate text-muted">{version}</span>
              <span className="font-medium whitespace-nowrap">{shown(metric, of, figures)}</span>
            </dd>
          ))}
        </div>
      ))}
    </dl>
  )
}

function shown(metric: (typeof METRICS)[number], of: Metrics, figures: Figures): string {
  switch (metric) {
    case 'handled':
      return figures.count(of.handled)
    case 'errorRate':
      return figures.percent(of.handled === 0 ? null : of.failed / of.handled)
    case 'p95Ms':
      return figures.ms(of.p95Ms)
    case 'memoryBytes':
      return figures.bytes(of.memoryBytes)
    case 'dropped':
      return figures.count(of.dropped)
    case 'forMs':
      return figures.duration(of.forMs / 1_000)
  }
}
