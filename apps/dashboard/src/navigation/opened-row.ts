let opened: string | null = null

/** A plugin is opened from the list, or left for the list: whoever works by keyboard finds their place there again. */
export function noteOpened(id: string): void {
  opened = id
}

/** The plugin that was opened last, since the page was loaded. */
export function lastOpened(): string | null {
  return opened
}
