'use client'

import type { ConfigView, JsonObject } from '@plugboard/protocol'
import { useMemo, type ReactNode } from 'react'
import type { Violation } from '@/messages/say'
import { useSay } from '@/messages/use-say'
import { errorTree } from './error-tree'
import { formSchemaOf } from './form-schema'
import { SchemaForm } from './form-theme'
import { formValidator } from './form-validator'
import type { FormContext } from './secret-field'

/** The form shows what is set and adds nothing by itself: the server fills in defaults. */
const STATE = { emptyObjectFields: 'skipDefaults', constAsDefaults: 'never' } as const
const UI = { 'ui:submitButtonOptions': { norender: true } }

/** The config as a form, made from its schema; what the server found wrong stands at its field. */
export function ConfigForm({
  schema,
  value,
  violations,
  disabled,
  secretsSetAt,
  onChange,
}: {
  readonly schema: JsonObject
  readonly value: JsonObject
  readonly violations: readonly Violation[]
  readonly disabled: boolean
  /** By the id in the reference. */
  readonly secretsSetAt: ConfigView['secretsSetAt']
  readonly onChange: (value: JsonObject) => void
}): ReactNode {
  const say = useSay()
  const drawn = useMemo(() => formSchemaOf(schema), [schema])
  const extraErrors = useMemo(
    () => errorTree(violations.map((one) => ({ pointer: one.pointer, message: say.violation(one) }))),
    [violations, say],
  )
  return (
    <SchemaForm
      tagName="div"
      schema={drawn}
      uiSchema={UI}
      formData={value}
      validator={formValidator}
      extraErrors={extraErrors}
      disabled={disabled}
      formContext={{ secretsSetAt } satisfies FormContext}
      noValidate
      showErrorList={false}
      experimental_defaultFormStateBehavior={STATE}
      onChange={({ formData }, changedId) => {
        // Without an id the form only fills in what it was given.
        if (changedId !== undefined) onChange(formData as JsonObject)
      }}
    />
  )
}
