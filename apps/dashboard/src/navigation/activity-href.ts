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
