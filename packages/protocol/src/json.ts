import { z } from 'zod'

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }
export type JsonObject = { [key: string]: JsonValue }

export const jsonValue: z.ZodType<JsonValue> = z.json()
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), jsonValue)
