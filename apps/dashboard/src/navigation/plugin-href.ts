/** The address of a plugin's page; an exported site has no dynamic segments. */
export function pluginHref(id: string, tab?: string): string {
  const query = new URLSearchParams(tab ? { id, tab } : { id })
  return `/plugins?${query}`
}
