import type { ReactNode } from 'react'

/** Stands in for the package of that name: descriptions are plain text. */
export function Markdown({ children }: { children?: ReactNode }): ReactNode {
  return children
}

export function compiler(text: string): ReactNode {
  return text
}

// The package exports it under both names.
export default Markdown
