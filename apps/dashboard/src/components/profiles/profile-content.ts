import { CREDENTIALS, SERVER_URL } from '@/live/session-api'

/** Where the content of a recording is. */
export function profileContentUrl(id: string, name: string): string {
  const path = ['plugins', id, 'profiles', name, 'content'].map(encodeURIComponent).join('/')
  return `${SERVER_URL}/api/v1/${path}`
}

/** @throws TypeError where the server does not answer, Error with its words where it refuses */
export async function fetchProfile(id: string, name: string): Promise<unknown> {
  const response = await fetch(profileContentUrl(id, name), {
    credentials: CREDENTIALS,
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error((answer as { message: string }).message)
  return answer
}
