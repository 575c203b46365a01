export { Catalog } from './catalog.ts'
export type {
  CatalogOptions,
  InstalledRelease,
  InstalledVersion,
  InstallOptions,
  InstallResult,
  PackageSource,
  SignaturePolicy,
} from './catalog.ts'
export type { Comparison, FieldChange } from './compare.ts'
export type { PackageFile } from './digest.ts'
export { CatalogError } from './errors.ts'
export type { CatalogErrorCode, CatalogErrorDetails, FileChange, PackageRule } from './errors.ts'
export type { Manifest, Origin } from './manifest.ts'
export { inspect, pack } from './pack.ts'
export type { Packed, PackOptions } from './pack.ts'
export type { PackageContent } from './package-content.ts'
export { signPackage, SIGNATURE_FILE } from './signature.ts'
export type { Signed, TrustedKey } from './signature.ts'
