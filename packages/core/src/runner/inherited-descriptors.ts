import { readdirSync, readFileSync } from 'node:fs'
import { STATE_FD } from '../guest-protocol/orders.ts'

/** `O_CLOEXEC` of Linux, in the flags of /proc/self/fdinfo. */
const CLOSE_ON_EXEC = 0o2000000

/**
 * The open descriptors of this process that a child process would inherit, beyond those that a guest is given. Node opens all
 * of its own with close-on-exec; the others are those that this process was started with, or that native code opened.
 * Empty where there is no /proc.
 */
export function inheritedDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > STATE_FD && isInherited(fd))
  } catch {
    return []
  }
}

function isInherited(fd: number): boolean {
  try {
    const [, flags = ''] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? []
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch {
    // Closed since it was listed, such as the one that listed them.
    return false
  }
}
