'use client'

import { useEffect, useState, type ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { classes } from './class-names'
import { Icon } from './icon'
import { useToast } from './toasts'

const SHOWN_MS = 2_000

/** Copies a text, and says that it did. */
export function CopyButton({
  label,
  text: readText,
  className,
}: {
  readonly label: string
  /** Made when it is asked for. */
  readonly text: () => string
  readonly className?: string
}): ReactNode {
  const text = useText()
  const toast = useToast()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    try {
      // Outside of a secure context there is no clipboard.
      await navigator.clipboard.writeText(readText())
      setCopied(true)
    } catch {
      toast({ kind: 'bad', title: text('action.notCopied') })
    }
  }
  return (
    <button
      type="button"
      aria-label={label}
      title={copied ? text('action.copied') : label}
      onClick={() => void copy()}
      className={classes(
        'flex size-7 items-center justify-center rounded-md text-faint hover:bg-sunken hover:text-ink',
        className,
      )}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      <span role="status" className="sr-only">
        {copied && text('action.copied')}
      </span>
    </button>
  )
}
