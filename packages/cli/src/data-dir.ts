import { parseConfig } from '@plugboard/server/config'

/** The data folder that a server started here would use. */
export const dataDirOption = { 'data-dir': { type: 'string' } } as const

export function dataDirOf(given: string | boolean | undefined): string {
  const dataDir = typeof given === 'string' ? given : process.env.PLUGBOARD_DATA_DIR
  return parseConfig({ PLUGBOARD_DATA_DIR: dataDir }).dataDir
}
