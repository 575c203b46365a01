import { run } from '../scripts/command.mjs'

/** Guests, the store's threads, servers and commands run what was built: that is to be of these sources. */
export async function setup(): Promise<void> {
  if (process.env.PLUGBOARD_BUILT === '1') return
  const packages = ['core', 'client', 'server', 'cli'].map((name) => `--filter=@plugboard/${name}`)
  if ((await run('turbo', ['run', 'build', ...packages, '--output-logs=errors-only'], { quiet: true })) !== 0)
    throw new Error('The build failed: `pnpm build` says why.')
}
