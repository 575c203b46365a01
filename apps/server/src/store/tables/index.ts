import { apiTokens } from './api-tokens.ts'
import { audit } from './audit.ts'
import { configRevisions } from './config-revisions.ts'
import { deadLetters } from './dead-letters.ts'
import { plugins } from './plugins.ts'

/** Everything the store can be asked. */
export const tables = { plugins, configRevisions, deadLetters, audit, apiTokens }

export type Tables = typeof tables
export type TableName = keyof Tables
