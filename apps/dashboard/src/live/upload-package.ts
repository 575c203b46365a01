import { ClientError } from '@plugboard/client'
import type { InstallView, Problem } from '@plugboard/protocol'
import { CREDENTIALS, SERVER_URL } from './session-api'

/**
 * Sends a package to the server, which installs it.
 * @param onProgress the share of it that was sent, 0…1
 * @throws ClientError of the server, `NO_ANSWER`, `ABORTED`
 */
export async function uploadPackage(
  file: File,
  { onProgress, signal }: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
): Promise<InstallView> {
  // `fetch` does not tell how much of a body was sent.
  const request = new XMLHttpRequest()
  request.open('POST', `${SERVER_URL}/api/v1/versions`)
  request.withCredentials = CREDENTIALS === 'include'
  request.setRequestHeader('content-type', 'application/gzip')
  request.responseType = 'json'
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
  signal.addEventListener('abort', () => request.abort())
  return new Promise((resolve, reject) => {
    const refuse = (code: string, message: string, details: unknown = null): void =>
      reject(new ClientError({ code, message, details }))
    request.addEventListener('load', () => {
      const answer = request.response as InstallView | Problem | null
      if (request.status === 201 && answer && 'digest' in answer) return resolve(answer)
      if (answer && 'code' in answer) return refuse(answer.code, answer.message, answer.details)
      refuse('NO_ANSWER', `The answer ${request.status} is not the server’s.`)
    })
    request.addEventListener('error', () => refuse('NO_ANSWER', 'The server does not answer.'))
    request.addEventListener('abort', () => refuse('ABORTED', 'The upload was stopped.'))
    request.send(file)
  })
}
