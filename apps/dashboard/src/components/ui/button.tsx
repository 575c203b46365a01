import type { ComponentProps, ReactNode } from 'react'
import { classes } from './class-names'

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly size?: 'medium' | 'small'
  /** The server has been asked and has not answered: the button keeps its width and the focus, and takes no click. */
  readonly pending?: boolean
  /** There is nothing to do with it in this moment: it takes no click, and keeps the focus until there is again. */
  readonly idle?: boolean
}

const LOOKS = {
  primary: 'border-transparent bg-accent text-on-accent enabled:hover:brightness-110',
  plain: 'border-line-strong bg-raised text-ink enabled:hover:bg-sunken',
  quiet: 'border-transparent text-muted enabled:hover:bg-sunken enabled:hover:text-ink',
  danger: 'border-transparent bg-bad text-canvas enabled:hover:brightness-110',
}

/** Also for links that stand among buttons. */
export const buttonClasses = (look: keyof typeof LOOKS = 'plain', size: 'medium' | 'small' = 'medium'): string =>
  classes(
    'inline-flex shrink-0 items-center print:hidden justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50',
    size === 'small' ? 'h-7 px-2 text-[13px]' : 'h-8 px-3',
    LOOKS[look],
  )

export function Button({
  look = 'plain',
  size = 'medium',
  pending = false,
  idle = false,
  className,
  children,
  disabled,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      // A disabled button loses the focus, and a keyboard user loses the place. A pending button only ignores clicks.
      disabled={disabled && !pending}
      aria-disabled={pending || idle || undefined}
      aria-busy={pending}
      onClick={(event) => {
        if (pending || idle) event.preventDefault()
        else onClick?.(event)
      }}
      className={classes(
        buttonClasses(look, size),
        'relative',
        pending && 'cursor-progress',
        idle && !pending && 'cursor-not-allowed opacity-50',
        className,
      )}
    >
      <span className={classes('inline-flex items-center gap-1.5', pending && 'invisible')}>{children}</span>
      {pending && <Spinner className="absolute" />}
    </button>
  )
}

export function Spinner({ className }: { readonly className?: string }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" className={classes('size-3.5 animate-spin', className)} aria-hidden>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2.5" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  )
}
