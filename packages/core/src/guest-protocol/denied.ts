/** An error of Node's permission model, as it says itself what was refused. */
interface Denied {
  readonly code: 'ERR_ACCESS_DENIED'
  readonly permission?: unknown
  readonly resource?: unknown
  readonly syscall?: unknown
}

const GRANT = 'in the permissions of plugin.json, and have it granted'

/** What Node tells its own users, who can pass flags. The author of a plugin cannot. */
const NODE_ADVICE = / Use --allow-[a-z-]+ to manage permissions\./

export function isDenied(error: object): error is Denied {
  return (error as { code?: unknown }).code === 'ERR_ACCESS_DENIED'
}

/** What was refused, and what plugin.json has to say for it. */
export function denialOf(error: Denied & { readonly message?: unknown }): string {
  const resource = typeof error.resource === 'string' && error.resource !== '' ? error.resource : null
  switch (permissionOf(error)) {
    case 'FileSystemRead':
      return `reading ${resource ?? 'files'} is not permitted: request ${folderRequest('read', resource)} ${GRANT}`
    case 'FileSystemWrite':
      return `writing ${resource ?? 'files'} is not permitted: request ${folderRequest('write', resource)} ${GRANT}`
    case 'Net':
      return `using the network is not permitted: request "NetworkAccess" ${GRANT}`
    case 'ChildProcess':
      return `starting ${resource ?? 'a process'} is not permitted: request "ExecuteSyscall" ${GRANT}`
    case 'Addon':
      return `loading a native addon is not permitted: request "ExecuteSyscall" ${GRANT}`
    case 'WorkerThreads':
      return 'starting a thread is not permitted, and no permission allows it: a plugin has one thread'
    default:
      return `${String(error.message).replace(NODE_ADVICE, '')} No permission of plugin.json allows it.`
  }
}

/** Errors of the network say it in their text only, and those of `dns` with the name of a call. */
function permissionOf({ permission, syscall, message }: Denied & { readonly message?: unknown }): unknown {
  if (permission !== undefined) return permission
  const isOfNetwork = typeof syscall === 'string' || /getaddrinfo|connect|--allow-net/.test(String(message))
  return isOfNetwork ? 'Net' : undefined
}

function folderRequest(kind: 'read' | 'write', path: string | null): string {
  const folder = path?.startsWith('/') ? path.slice(0, Math.max(1, path.lastIndexOf('/'))) : '…'
  return JSON.stringify({ name: 'FileSystemAccess', [kind]: [folder] })
}
