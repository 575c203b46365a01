/** What to look at: around a moment, or between two; in epoch milliseconds. */
type When = { readonly around: number } | { readonly from: number; readonly to: number }

/** The address of what happened at that time. @param pluginId to which plugin; null: to all */
export function activityHref(when: When, pluginId: string | null): string {
  const times = Object.entries(when).map(([name, at]) => [name, String(Math.round(at))])
  return `/activity?${new URLSearchParams([...times, ...(pluginId === null ? [] : [['plugin', pluginId]])])}`
}
