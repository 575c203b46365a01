/** What JSON can carry: the only kind of value that crosses between a plugin and its host. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}
