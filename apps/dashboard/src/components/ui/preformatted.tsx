import type { ReactNode } from 'react'

/** Somebody else's words, or data, as they are: a stack, an output, an event. */
export function Preformatted({ title, body }: { readonly title: string; readonly body: string }): ReactNode {
  return (
    <>
      <h3 className="mt-3 text-[13px] font-medium text-muted">{title}</h3>
      <pre tabIndex={0} className="mt-1 max-h-60 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5">
        {body}
      </pre>
    </>
  )
}
