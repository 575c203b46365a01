import { en } from './en'
import type { Messages } from './messages'

export const zhCn: Messages = en
