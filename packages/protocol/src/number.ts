import { z } from 'zod'

export const epochMs = z.number()
export const count = z.number().int().nonnegative()
