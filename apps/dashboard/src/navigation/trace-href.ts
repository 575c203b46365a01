/** The address of one followed event. */
export function traceHref(id: number): string {
  return `/events?trace=${id}`
}

/** That of all followed events, or of those that a filter leaves. */
export function tracesHref(filter: { readonly event?: string; readonly plugin?: string } = {}): string {
  return `/events?${new URLSearchParams({ view: 'followed', ...filter })}`
}
