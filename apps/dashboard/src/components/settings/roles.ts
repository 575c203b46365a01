import type { AccountView } from '@plugboard/protocol'

/** From the least to the most. */
export const ROLES: readonly AccountView['role'][] = ['viewer', 'operator', 'admin']
