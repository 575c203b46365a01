import type { FieldProps, MultiSchemaFieldTemplateProps, RJSFSchema } from '@rjsf/utils'
import { useEffect, useEffectEvent, useRef, type ReactElement, type ReactNode } from 'react'
import { fixedValues } from './fixed-values'

/**
 * A choice of branches, and the fields of the one that is chosen. What tells the chosen branch from the others, such as
 * `type: 'basic'`, is entered with the choice: nobody should have to type it.
 */
export function Branches({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps): ReactNode {
  const chosen = (optionSchemaField as ReactElement<FieldProps> | null)?.props
  const key = chosen && JSON.stringify(chosen.schema)
  const before = useRef(key)
  const enterFixed = useEffectEvent(() => {
    if (!chosen) return
    const { formData, fieldPathId, onChange } = chosen as FieldProps<unknown, RJSFSchema>
    const missing = fixedValues(chosen.schema, formData)
    if (missing) onChange(missing, fieldPathId.path, undefined, fieldPathId.$id)
  })
  useEffect(() => {
    // A config that is only looked at is not changed.
    if (before.current === key) return
    before.current = key
    enterFixed()
  }, [key])
  return (
    <div className="flex flex-col gap-2">
      {selector}
      {optionSchemaField}
    </div>
  )
}
