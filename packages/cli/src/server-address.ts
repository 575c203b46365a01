/** What the commands take that talk to a running server. */
export const urlOption = { url: { type: 'string' } } as const

/** Where it is, and the token for it; a variable that is set to nothing is not set. */
export function serverOf(given: string | boolean | undefined): { readonly url: string; readonly token: string | null } {
  const { PLUGBOARD_URL, PLUGBOARD_PORT, PLUGBOARD_API_TOKEN: token = null } = process.env
  const here = `http://127.0.0.1:${PLUGBOARD_PORT || 7584}`
  return { url: typeof given === 'string' ? given : PLUGBOARD_URL || here, token }
}
