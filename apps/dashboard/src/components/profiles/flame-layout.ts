import type { Frame } from './call-tree'

/** A frame of a flame graph: where it begins and how wide it is, as shares 0…1, and how deep it stands. */
export interface FlameBlock {
  readonly key: string
  readonly frame: Frame
  readonly depth: number
  readonly start: number
  readonly width: number
}

/** Narrower ones could not be seen, nor what they called. */
const LEAST_WIDTH = 0.002

/** Lays out what a frame called below it, each as wide as its share. */
export function layFlames(root: Frame): FlameBlock[] {
  if (root.total <= 0) return []
  const blocks: FlameBlock[] = []
  const lay = (frame: Frame, place: { readonly key: string; readonly depth: number; readonly start: number }): void => {
    const width = frame.total / root.total
    if (width < LEAST_WIDTH) return
    blocks.push({ ...place, frame, width })
    let { start } = place
    frame.children.forEach((child, index) => {
      lay(child, { key: `${place.key}.${index}`, depth: place.depth + 1, start })
      start += child.total / root.total
    })
  }
  lay(root, { key: '0', depth: 0, start: 0 })
  return blocks
}
