'use client'

import type { JsonObject } from '@plugboard/protocol'
import { toErrorSchema } from '@rjsf/utils'
import { useMemo, type ReactNode } from 'react'
import { useSay } from '@/messages/use-say'
import { SchemaForm } from './form-theme'
import { formValidator } from './form-validator'
import type { Violation } from './use-config'

const UI = { 'ui:submitButtonOptions': { norender: true } }

/** The config as a form, made from its schema; what the server found wrong stands at its field. */
export default function ConfigForm({
  schema,
  value,
  violations,
  disabled,
  onChange,
}: {
  readonly schema: JsonObject
  readonly value: JsonObject
  readonly violations: readonly Violation[]
  readonly disabled: boolean
  readonly onChange: (value: JsonObject) => void
}): ReactNode {
  const say = useSay()
  const extraErrors = useMemo(
    () =>
      toErrorSchema(
        violations.map((violation) => ({
          name: violation.rule,
          message: withoutPointer(say.violation(violation), violation.pointer),
          property: violation.pointer.replaceAll('/', '.'),
          stack: violation.message,
        })),
      ),
    [violations, say],
  )
  return (
    <SchemaForm
      tagName="div"
      schema={schema}
      uiSchema={UI}
      formData={value}
      validator={formValidator}
      extraErrors={extraErrors}
      disabled={disabled}
      noValidate
      showErrorList={false}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: 'skipDefaults' }}
      onChange={({ formData }, changedId) => {
        // Without an id the form only fills in what it was given.
        if (changedId !== undefined) onChange(formData as JsonObject)
      }}
    />
  )
}

/** At its field, the field's name need not be repeated. */
function withoutPointer(message: string, pointer: string): string {
  return message.startsWith(`${pointer} `) ? message.slice(pointer.length + 1) : message
}
