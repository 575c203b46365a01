/** Runs a command in the repository's root. @returns its exit code */
export function run(command: string, args: readonly string[], options?: { readonly quiet?: boolean }): Promise<number>
