import type { Frame } from '@/components/charts/data/buckets'

/** Where a key moves the cursor to; null: away, undefined: the key is not for it. */
export function nextIndex(key: string, at: number | null, count: number): number | null | undefined {
  const last = count - 1
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (at ?? count) - 1)
    case 'ArrowRight':
      return at === null ? last : Math.min(last, at + 1)
    case 'PageUp':
      return Math.max(0, (at ?? last) - 10)
    case 'PageDown':
      return Math.min(last, (at ?? last) + 10)
    case 'Home':
      return 0
    case 'End':
      return last
    case 'Escape':
      return at === null ? undefined : null
    default:
      return undefined
  }
}

/** The interval at a share of the width, from 0 to 1; null beside the curves. */
export function pointedIndex(share: number, count: number): number | null {
  return share >= 0 && share <= 1 && count > 0 ? Math.min(count - 1, Math.floor(share * count)) : null
}

/** The interval that a moment is in; the nearest one where it has passed out of the chart. */
export function indexAt(moment: number, { from, stepMs }: Frame, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((moment - from) / stepMs)))
}
