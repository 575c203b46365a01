/** What a package breaks. */
export type PackageRule =
  /** It is no gzip, or ends too early. */
  | 'gzip'
  /** It is no tar, or ends too early. */
  | 'archive'
  /** A name that leads out of the package, or that a file system does not take. */
  | 'name'
  | 'link'
  /** A device, a pipe, or something else that is neither file nor folder. */
  | 'type'
  /** Two names that some file systems take for one. */
  | 'collision'
  | 'count'
  | 'size'
  /** plugin.json is missing or faulty. */
  | 'metadata'
  /** The entry point is missing. */
  | 'entry'
  /** package.json is no JSON, or asks for something that is not installed. */
  | 'dependencies'

/** What each code says in `details`. */
export interface CatalogErrorDetails {
  PACKAGE_INVALID: { readonly rule: PackageRule; /** Of the file; null: the package. */ readonly path: string | null }
  PACKAGE_UNEXPECTED: { readonly what: 'id' | 'digest'; readonly expected: string; readonly found: string }
  SOURCE_NOT_FOUND: { readonly source: string }
  /** The same version with other files. */
  VERSION_EXISTS: { readonly id: string; readonly version: string; readonly digest: string; readonly found: string }
  VERSION_NOT_FOUND: { readonly id: string; readonly version: string }
  VERSION_TAMPERED: { readonly id: string; readonly version: string; readonly changes: readonly FileChange[] }
  /** It has a signature that is not one of its files; `signedBy` is the key that it names, if that is trusted. */
  SIGNATURE_INVALID: { readonly signedBy: string | null }
  UNSIGNED: { readonly id: string; readonly version: string }
  NPM_FAILED: { readonly spec: string; readonly reason: string }
  NO_SPACE: null
}

export interface FileChange {
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
}

export type CatalogErrorCode = keyof CatalogErrorDetails

/** Every error of the catalog. Branch on `code`, never on the text. */
export class CatalogError<Code extends CatalogErrorCode = CatalogErrorCode> extends Error {
  override readonly name = 'CatalogError'
  readonly code: Code
  readonly details: CatalogErrorDetails[Code]

  constructor(code: Code, message: string, details: CatalogErrorDetails[Code]) {
    super(message)
    this.code = code
    this.details = details
  }

  /** Keeps what led to this error. */
  causedBy(cause: unknown): this {
    this.cause = cause
    return this
  }
}

export function invalid(rule: PackageRule, path: string | null, why: string): CatalogError<'PACKAGE_INVALID'> {
  const shown = path === null ? 'the package' : JSON.stringify(path.slice(0, MAX_SHOWN))
  return new CatalogError('PACKAGE_INVALID', `package refused: ${shown} ${why}`, { rule, path })
}

const MAX_SHOWN = 200
