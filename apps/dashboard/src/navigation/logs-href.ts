import { idsText } from './id-list'

/** The address of the log of these plugins; of all where there are none. */
export function logsHref(ids: readonly string[]): string {
  const plugins = idsText(ids)
  return plugins === null ? '/logs' : `/logs?${new URLSearchParams({ plugins })}`
}
