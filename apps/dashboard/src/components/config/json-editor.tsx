'use client'

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import {
  bracketMatching,
  defaultHighlightStyle,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language'
import { linter } from '@codemirror/lint'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'

const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--color-surface)', color: 'var(--color-ink)', fontSize: '13px', minHeight: '16rem' },
  '&.cm-focused': { outline: '2px solid var(--color-accent)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'var(--font-geist-mono), monospace', caretColor: 'var(--color-ink)', padding: '12px 0' },
  '.cm-gutters': { backgroundColor: 'var(--color-surface)', color: 'var(--color-faint)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--color-ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--color-accent-soft) !important',
  },
})

const highlight = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => ({ ...spec, color: spec.color ? 'var(--color-accent)' : undefined })),
)

/** Marks a change that the draft brought here. */
const FROM_FORM = Annotation.define<boolean>()

/** A JSON editor in a shadow root: its styles are adopted there, so the page's policy needs no exception for them. */
export function JsonEditor({
  value,
  label,
  readOnly,
  onChange,
}: {
  readonly value: string
  readonly label: string
  readonly readOnly: boolean
  readonly onChange: (text: string) => void
}): ReactNode {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const editable = useRef(new Compartment())
  const change = useEffectEvent(onChange)
  const begin = useEffectEvent(() => ({ doc: value, readOnly: readOnly ? [EditorState.readOnly.of(true)] : [] }))

  useEffect(() => {
    const element = host.current!
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    // A change of the language creates a new editor, which starts with the current text.
    const { doc, readOnly: locked } = begin()
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc,
        extensions: [
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          json(),
          linter(jsonParseLinter()),
          syntaxHighlighting(highlight),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          theme,
          editable.current.of(locked),
          EditorView.updateListener.of((update) => {
            const fromForm = update.transactions.some((transaction) => transaction.annotation(FROM_FORM))
            if (update.docChanged && !fromForm) change(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [label])

  // What the form changed; what was typed here is there already.
  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: FROM_FORM.of(true),
    })
  }, [value])

  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(readOnly ? EditorState.readOnly.of(true) : []) })
  }, [readOnly])

  return <div ref={host} className="overflow-hidden rounded-lg border" />
}
