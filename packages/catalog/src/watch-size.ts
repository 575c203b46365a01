import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 250

/** Looks again and again how large folders are together, until they are too large or it is stopped, and once more then. */
export function watchSize(
  folders: readonly string[],
  maxBytes: number,
  onTooLarge: () => void,
): { readonly stop: () => Promise<void> } {
  const stopped = new AbortController()
  const watch = async (): Promise<void> => {
    for (let isLast = false; ; isLast = stopped.signal.aborted) {
      const sizes = await Promise.all(folders.map(sizeOf))
      if (sizes.reduce((sum, size) => sum + size, 0) > maxBytes) return onTooLarge()
      if (isLast) return
      await sleep(LOOK_MS, undefined, { ref: false, signal: stopped.signal }).catch(() => {})
    }
  }
  const watching = watch()
  return {
    stop: async () => {
      stopped.abort()
      await watching
    },
  }
}

/** What disappears meanwhile counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await sizeOf(path)
    else
      bytes += await stat(path).then(
        ({ size }) => size,
        () => 0,
      )
  }
  return bytes
}
