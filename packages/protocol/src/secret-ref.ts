/** Stands in a config where a secret is. Whoever sends it back means that secret, wherever it stands now. */
export interface SecretRef {
  readonly $secret: string
}

export function isSecretRef(value: unknown): value is SecretRef {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length === 1 && keys[0] === '$secret' && typeof (value as SecretRef).$secret === 'string'
}
