/** What a value of JSON holds in memory, roughly, in bytes: for bounds, where the cost of `JSON.stringify` is too much. */
export function roughSize(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return 16 + value.length
    case 'object': {
      if (value === null) return 8
      let bytes = 32
      if (Array.isArray(value)) for (const item of value) bytes += roughSize(item)
      else for (const [key, part] of Object.entries(value)) bytes += key.length + 16 + roughSize(part)
      return bytes
    }
    default:
      return 8
  }
}
