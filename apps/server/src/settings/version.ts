import packageJson from '../../package.json' with { type: 'json' }

/** Of Plugboard. */
export const { version: VERSION } = packageJson as { readonly version: string }
