'use client'

import type { ClientError } from '@plugboard/client'
import type { InstallView } from '@plugboard/protocol'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { Button, buttonClasses } from '@/components/ui/button'
import { classes } from '@/components/ui/class-names'
import { Modal } from '@/components/ui/modal'
import { useMay } from '@/live/use-live'
import { asClientError, useOperation } from '@/live/use-operation'
import { uploadPackage } from '@/live/upload-package'
import { useSay } from '@/messages/use-say'
import { useText } from '@/messages/use-text'
import { InstalledStep } from './installed-step'

/** The server gives a registry two minutes. */
const TIMEOUT_MS = 180_000

/** What is being installed. */
interface Work {
  readonly name: string
  /** 0…1 of an upload; 1 once the server has all of it. */
  readonly sent: number
}

/** Installs a package: dropped, chosen, by its npm name, or from where it lies on the server. Then asks what follows. */
export function InstallDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = useText()
  const say = useSay()
  const allowed = useMay('versions.install')
  const call = useOperation()
  const [work, setWork] = useState<Work | null>(null)
  const [refusal, setRefusal] = useState<ClientError | null>(null)
  const [installed, setInstalled] = useState<InstallView | null>(null)
  // An upload ends with its dialog.
  const stopped = useRef<AbortController | null>(null)
  useEffect(() => () => stopped.current?.abort(), [])

  const install = async (name: string, act: (signal: AbortSignal) => Promise<InstallView>): Promise<void> => {
    const controller = new AbortController()
    stopped.current = controller
    setWork({ name, sent: 0 })
    setRefusal(null)
    try {
      const done = await act(controller.signal)
      if (!controller.signal.aborted) setInstalled(done)
    } catch (thrown) {
      if (!controller.signal.aborted) setRefusal(asClientError(thrown))
    } finally {
      if (!controller.signal.aborted) setWork(null)
    }
  }
  const upload = (file: File): void =>
    void install(file.name, (signal) =>
      uploadPackage(file, { signal, onProgress: (sent) => !signal.aborted && setWork({ name: file.name, sent }) }),
    )
  const fetchFrom = (source: { readonly npm: string } | { readonly path: string }): void =>
    void install('npm' in source ? source.npm : source.path, async () => {
      setWork({ name: '', sent: 1 })
      return await call('versions.install', source, TIMEOUT_MS)
    })

  return (
    <Modal open wide onClose={onClose} title={text('install.title')}>
      {installed ? (
        <InstalledStep installed={installed} onAnother={() => setInstalled(null)} onClose={onClose} />
      ) : (
        <div className="flex flex-col gap-5">
          <DropArea disabled={!allowed || work !== null} work={work} onFile={upload} />
          {(['npm', 'path'] as const).map((kind) => (
            <SourceField
              key={kind}
              kind={kind}
              disabled={!allowed || work !== null}
              onSubmit={(value) => fetchFrom(kind === 'npm' ? { npm: value } : { path: value })}
            />
          ))}
          {refusal && (
            <div role="alert" className="rounded-lg bg-bad-soft p-4 text-bad">
              <p className="font-medium">{text('install.refused')}</p>
              <p className="mt-1 wrap-anywhere">{say.error(refusal)}</p>
            </div>
          )}
        </div>
      )}
    </Modal>
  )
}

/** Takes a file that is dropped or chosen, and shows how far its upload is. */
function DropArea({
  work,
  disabled,
  onFile,
}: {
  readonly work: Work | null
  readonly disabled: boolean
  readonly onFile: (file: File) => void
}): ReactNode {
  const text = useText()
  const id = useId()
  const [isOver, setOver] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const take = (file: File | undefined): void => {
    if (!file) return
    const isPackage = /\.(tgz|tar\.gz)$/i.test(file.name)
    setWrong(isPackage ? null : file.name)
    if (isPackage) onFile(file)
  }
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        if (!disabled) setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (!disabled) take(event.dataTransfer.files[0])
      }}
      className={classes(
        'flex min-h-32 flex-col items-center justify-center gap-2 rounded-lg border border-dashed px-4 py-5 text-center',
        isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
      )}
    >
      {work ? (
        <>
          <p role="status" className="font-medium wrap-anywhere">
            {work.sent < 1 ? text('install.uploading', { name: work.name }) : text('install.checking')}
          </p>
          <progress
            aria-label={work.sent < 1 ? text('install.uploading', { name: work.name }) : text('install.checking')}
            className="h-1.5 w-64 max-w-full accent-accent"
            {...(work.sent < 1 && { value: work.sent, max: 1 })}
          />
        </>
      ) : (
        <>
          <p className="font-medium">{text('install.drop')}</p>
          <label
            htmlFor={id}
            className={classes(
              buttonClasses('plain', 'small'),
              'focus-within:outline-2 focus-within:outline-accent',
              disabled ? 'cursor-not-allowed opacity-50' : 'cursor-pointer hover:bg-sunken',
            )}
          >
            {text('install.choose')}
            <input
              id={id}
              type="file"
              accept=".tgz,.tar.gz,application/gzip"
              disabled={disabled}
              aria-label={text('install.file')}
              className="sr-only"
              onChange={({ target }) => {
                take(target.files?.[0])
                target.value = ''
              }}
            />
          </label>
          <p className="text-[13px] text-faint">{text('install.hint')}</p>
          {wrong !== null && (
            <p role="alert" className="text-[13px] wrap-anywhere text-bad">
              {text('install.wrongType', { name: wrong })}
            </p>
          )}
        </>
      )}
    </div>
  )
}

function SourceField({
  kind,
  disabled,
  onSubmit,
}: {
  readonly kind: 'npm' | 'path'
  readonly disabled: boolean
  readonly onSubmit: (value: string) => void
}): ReactNode {
  const text = useText()
  const id = useId()
  const [value, setValue] = useState('')
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(value.trim())
      }}
    >
      <label htmlFor={id} className="font-medium">
        {text(`install.${kind}`)}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          value={value}
          spellCheck={false}
          autoCapitalize="none"
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => setValue(target.value)}
          className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-3 font-mono text-[13px]"
        />
        <Button
          type="submit"
          disabled={disabled || value.trim() === ''}
          aria-label={`${text('install.submit')}: ${text(`install.${kind}`)}`}
        >
          {text('install.submit')}
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-[13px] text-faint">
        {text(`install.${kind}Hint`)}
      </p>
    </form>
  )
}
