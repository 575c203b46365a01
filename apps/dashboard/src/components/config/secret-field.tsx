'use client'

import { getDefaultRegistry } from '@rjsf/core'
import type { FieldProps, RJSFSchema } from '@rjsf/utils'
import { isSecretRef, type ConfigView, type SecretRef } from '@plugboard/protocol'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useFigures } from '@/format/use-figures'
import { useText } from '@/messages/use-text'
import { isDrawable } from './drawable'
import { JsonField } from './json-field'

/** What the fields of a form need to know besides their values. */
export interface FormContext {
  /** By the id in the reference. */
  readonly secretsSetAt: ConfigView['secretsSetAt']
}

const SchemaField = getDefaultRegistry().fields.SchemaField!

/**
 * A field of the form. A secret that is stored is a field of its own kind, whatever its schema says; what the form cannot
 * draw is edited as JSON.
 */
export function FieldOrSecret(props: FieldProps): ReactNode {
  const { formData, fieldPathId } = props
  // The reference of a secret that is being replaced. It stays in the draft until something is entered in its place.
  const [replaced, setReplaced] = useState<SecretRef | null>(null)
  const isStored = isSecretRef(formData) && fieldPathId.path.length > 0
  const isReplacing = replaced !== null && (!isStored || formData.$secret === replaced.$secret)
  const [isCleared, setCleared] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const [moves, setMoves] = useState(0)
  // The button that was pressed is gone: the focus goes to what has taken its place.
  useEffect(() => {
    if (moves > 0) place.current?.querySelector<HTMLElement>('input, textarea, select, button')?.focus()
  }, [moves])
  const move = (): void => setMoves((count) => count + 1)
  const keep = (): void => {
    setReplaced(null)
    props.onChange(replaced, fieldPathId.path)
    move()
  }
  if (isStored && !isReplacing) {
    return (
      <div ref={place}>
        <StoredSecret
          {...props}
          onReplace={() => {
            setReplaced(formData)
            move()
          }}
          onClear={() => {
            setCleared(true)
            props.onChange(undefined, fieldPathId.path)
            move()
          }}
        />
      </div>
    )
  }
  if (!isDrawable(props.schema, props.registry.rootSchema)) return <JsonField {...props} />
  if (!isReplacing) {
    const field = <SchemaField {...props} schema={withType(props.schema)} />
    return isCleared ? <div ref={place}>{field}</div> : field
  }
  return (
    <div
      ref={place}
      className="flex flex-col gap-1"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        keep()
      }}
    >
      <SchemaField
        {...props}
        formData={isStored ? emptyOf(props.schema.type, typeof fieldPathId.path.at(-1) === 'number') : formData}
        onChange={(value, path, ...rest) => {
          const isEmpty = (value === undefined || value === '') && path.length === fieldPathId.path.length
          props.onChange(isEmpty ? replaced : value, path, ...rest)
        }}
      />
      <KeepButton onKeep={keep} />
    </div>
  )
}

/** A choice of constants that names no type would be drawn as branches with nothing in them. */
function withType(schema: RJSFSchema): RJSFSchema {
  const branches = schema.oneOf ?? schema.anyOf
  if (schema.type !== undefined || !branches) return schema
  const isChoice = branches.every((branch) => typeof branch === 'object' && 'const' in branch)
  return isChoice ? { ...schema, type: 'string' } : schema
}

function KeepButton({ onKeep }: { readonly onKeep: () => void }): ReactNode {
  const text = useText()
  return (
    <Button size="small" look="quiet" className="self-start" onClick={onKeep}>
      {text('config.secretKeep')}
    </Button>
  )
}

/** Says that a secret is stored; it can be replaced, or cleared where its place may be empty. */
function StoredSecret({
  name,
  schema,
  fieldPathId,
  required,
  disabled,
  readonly,
  onReplace,
  onClear,
  formData,
  registry,
}: FieldProps & { readonly onReplace: () => void; readonly onClear: () => void }): ReactNode {
  const text = useText()
  const id = useId()
  const label = schema.title ?? name
  const figures = useFigures()
  const setAt = (registry.formContext as FormContext).secretsSetAt[(formData as SecretRef).$secret]
  const isItem = typeof fieldPathId.path.at(-1) === 'number'
  const isOff = disabled === true || readonly === true
  return (
    <div role="group" aria-labelledby={id} className="flex min-w-0 flex-col gap-1">
      <span id={id} className="font-medium">
        {label}
      </span>
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <span className="figures text-good">
          {setAt === undefined
            ? text('config.secretStored')
            : text('config.secretSetAt', { time: figures.moment(setAt) })}
        </span>
        <Button size="small" disabled={isOff} onClick={onReplace}>
          {text('config.secretReplace')}
        </Button>
        {!isItem && !required && (
          <Button size="small" look="quiet" disabled={isOff} onClick={onClear}>
            {text('config.secretClear')}
          </Button>
        )}
      </div>
      {schema.description && <p className="text-[13px] text-faint">{schema.description}</p>}
    </div>
  )
}

/** What a field holds before anything is written into it. An item of a list has to be something. */
function emptyOf(type: unknown, isItem: boolean): unknown {
  if (type === 'object') return {}
  if (type === 'array') return []
  return isItem && type === 'string' ? '' : undefined
}
