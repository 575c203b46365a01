import type { ErrorSchema } from '@rjsf/utils'
import { segmentsOf } from './json-pointer'

interface Branch {
  [segment: string]: Branch | string[]
}

/** What is wrong, by field, as the form takes it. Each error stands at the place that its JSON pointer names. */
export function errorTree(errors: readonly { readonly pointer: string; readonly message: string }[]): ErrorSchema {
  const root: Branch = {}
  for (const { pointer, message } of errors) {
    let branch = root
    for (const segment of segmentsOf(pointer)) branch = (branch[segment] ??= {}) as Branch
    branch.__errors = [...((branch.__errors as string[] | undefined) ?? []), message]
  }
  return root as ErrorSchema
}
