'use client'

import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { TextField } from '@/components/ui/text-field'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { useQueryParam } from '@/hooks/use-query'
import { useSay } from '@/messages/use-say'
import { useWhyNot } from '@/components/feedback/use-why-not'
import { useText } from '@/messages/use-text'
import { checkPublication } from './publication'

/** Publishes a test event. */
export function PublishPanel(): ReactNode {
  const text = useText()
  const say = useSay()
  const call = useOperation()
  const allowed = useMay('events.publish')
  const whyNot = useWhyNot('events.publish')
  const [type, setType] = useState('test.hello')
  const [data, setData] = useState('{ "name": "Ada" }')
  const [pending, setPending] = useState(false)
  const [outcome, setOutcome] = useState<{ readonly done: boolean; readonly message: string } | null>(null)
  const checked = checkPublication(type, data)
  const [wanted, setWanted] = useQueryParam('do')
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (wanted !== 'publish') return
    form.current?.querySelector('input')?.focus()
    setWanted(null)
  }, [wanted, setWanted])
  const publish = async (): Promise<void> => {
    if ('problem' in checked) return
    setPending(true)
    try {
      const event = {
        specversion: '1.0' as const,
        id: newId(),
        source: 'board',
        type,
        ...(checked.data !== undefined && { data: checked.data }),
      }
      await call('events.publish', { events: [event] })
      setOutcome({ done: true, message: text('events.sent', { type }) })
    } catch (thrown) {
      setOutcome({ done: false, message: say.error(asClientError(thrown)) })
    } finally {
      setPending(false)
    }
  }
  return (
    <Panel title={text('events.publish')} hint={text('events.publishHint')}>
      <form
        ref={form}
        className="flex flex-col gap-3 pt-1"
        onSubmit={(event) => {
          event.preventDefault()
          void publish()
        }}
      >
        <TextField
          label={text('events.type')}
          value={type}
          spellCheck={false}
          error={'problem' in checked && checked.problem === 'type' ? text('events.badType') : null}
          onChange={({ target }) => {
            setType(target.value)
            setOutcome(null)
          }}
        />
        <label className="flex flex-col gap-1 font-medium">
          {text('events.data')}
          <textarea
            value={data}
            rows={5}
            spellCheck={false}
            aria-invalid={'problem' in checked && checked.problem === 'data' ? true : undefined}
            onChange={({ target }) => {
              setData(target.value)
              setOutcome(null)
            }}
            className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-[13px] font-normal aria-invalid:border-bad"
          />
          {'problem' in checked && checked.problem === 'data' && (
            <span role="alert" className="text-[13px] font-normal text-bad">
              {text('events.badData', { message: checked.message })}
            </span>
          )}
        </label>
        <div className="flex flex-wrap items-center gap-3">
          <Button
            type="submit"
            look="primary"
            pending={pending}
            disabled={!allowed || 'problem' in checked}
            title={whyNot}
          >
            {text('events.publish')}
          </Button>
          {outcome && (
            <p role="status" className={outcome.done ? 'text-good' : 'min-w-0 wrap-anywhere text-bad'}>
              {outcome.message}
            </p>
          )}
        </div>
      </form>
    </Panel>
  )
}

/** Outside of a secure context a browser makes no UUIDs. */
function newId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
}
