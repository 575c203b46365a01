import type { ReactNode } from 'react'

const WIDTH = 120

/** A small line without axes; gaps stay gaps. */
export function Sparkline({
  values,
  color = 'var(--color-accent)',
  height = 32,
}: {
  readonly values: readonly (number | null)[]
  readonly color?: string
  /** In px. */
  readonly height?: number
}): ReactNode {
  const known = values.filter((value) => value !== null)
  const max = Math.max(...known, 1e-9) * 1.25
  const step = WIDTH / Math.max(1, values.length - 1)
  const path = values
    .map((value, index) => {
      if (value === null) return ''
      const pen = index > 0 && values[index - 1] !== null ? 'L' : 'M'
      return `${pen}${(index * step).toFixed(1)} ${(height - 2 - (value / max) * (height - 4)).toFixed(1)}`
    })
    .join('')
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
      className="block w-full"
      height={height}
      aria-hidden
    >
      {known.length > 1 && (
        <path
          d={path}
          fill="none"
          stroke={color}
          strokeWidth="1.5"
          vectorEffect="non-scaling-stroke"
          strokeLinejoin="round"
        />
      )}
    </svg>
  )
}
