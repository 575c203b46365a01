import { operations, type OperationName, type Role } from '@plugboard/protocol/operations'

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

export function isAllowed(operation: OperationName, role: Role): boolean {
  return RANK[role] >= RANK[operations[operation].role]
}

/** The operations that a role may ask for. */
export function allowedOperations(role: Role): OperationName[] {
  return (Object.keys(operations) as OperationName[]).filter((name) => isAllowed(name, role))
}
