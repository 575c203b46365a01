import type { en } from './en'

type Texts<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> }

/** What a language has to say: a text for each key of the English ones. */
export type Messages = Texts<typeof en>
