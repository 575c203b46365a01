'use client'

import type { ReactNode } from 'react'
import { useText } from '@/messages/use-text'
import { SelectField } from './select-field'

/** A choice of one plugin, or of all. One that is chosen and not among them, such as one that was unloaded, stays chosen by its id. */
export function PluginSelect({
  value,
  plugins,
  className,
  onChange,
}: {
  /** Null: all of them. */
  readonly value: string | null
  readonly plugins: readonly { readonly id: string; readonly name: string }[]
  readonly className?: string
  readonly onChange: (value: string | null) => void
}): ReactNode {
  const text = useText()
  const isKnown = value === null || plugins.some(({ id }) => id === value)
  return (
    <SelectField
      label={text('activity.plugin')}
      hideLabel
      {...(className !== undefined && { className })}
      value={value ?? ''}
      options={[
        { value: '', label: text('activity.allPlugins') },
        ...plugins.map(({ id, name }) => ({ value: id, label: name })),
        ...(isKnown ? [] : [{ value, label: value }]),
      ]}
      onChange={(next) => onChange(next === '' ? null : next)}
    />
  )
}
