/** The address of what happened between two moments, in epoch milliseconds, to one plugin or to all. */
export function activitySpanHref({
  from,
  to,
  pluginId = null,
}: {
  readonly from: number
  readonly to: number
  readonly pluginId?: string | null
}): string {
  const span = { from: String(Math.round(from)), to: String(Math.round(to)) }
  const query = new URLSearchParams({ ...span, ...(pluginId !== null && { plugin: pluginId }) })
  return `/activity?${query}`
}

/** The address of what happened around a moment, to one plugin or to all. @param around in epoch milliseconds */
export function activityHref({
  around,
  pluginId = null,
}: {
  readonly around: number
  readonly pluginId?: string | null
}): string {
  const query = new URLSearchParams({
    around: String(Math.round(around)),
    ...(pluginId !== null && { plugin: pluginId }),
  })
  return `/activity?${query}`
}
