import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { createManager, load, tempFolder } from './support.ts'

/** Tells what it finds. */
const code = `import { getCACertificates } from 'node:tls'
export default () => ({
  status: () => ({
    env: { ...process.env },
    hour: new Date(0).getHours(),
    extra: process.env.NODE_EXTRA_CA_CERTS === undefined ? null : getCACertificates('extra').length,
  }),
})`

test('a plugin lives in the time zone and language of its host, accepts its certificates, and sees nothing else of its environment', async () => {
  const certificates = join(await tempFolder(), 'extra.pem')
  await writeFile(certificates, rootCertificates[0]!)
  vi.stubEnv('TZ', 'Asia/Kolkata')
  vi.stubEnv('LANG', 'de_DE.UTF-8')
  vi.stubEnv('NODE_EXTRA_CA_CERTS', certificates)
  vi.stubEnv('DATABASE_PASSWORD', 'a secret of the host')
  const manager = await createManager()
  await load(manager, 'one', { code })
  vi.unstubAllEnvs()
  const { env, hour, extra } = (await manager.getPluginStatus('one')) as Record<string, unknown>
  expect(env).toMatchObject({ TZ: 'Asia/Kolkata', LANG: 'de_DE.UTF-8', NODE_EXTRA_CA_CERTS: certificates })
  expect(JSON.stringify(env)).not.toMatch(/PASSWORD|PATH|HOME|MALLOC/)
  // Its own, since that of the machine is closed to it.
  expect(env).toMatchObject({ TMPDIR: join(manager.getPlugin('one')!.dataPath, 'tmp') })
  expect(hour).toBe(5)
  expect(extra).toBe(1)
})

test('a host chooses further variables for a plugin, which survive a restart; what is no variable is refused', async () => {
  const manager = await createManager()
  const env = { TZ: 'Asia/Tokyo', GREETING: 'hello' }
  await load(manager, 'one', { code }, { env })
  await manager.restartPlugin('one')
  expect(await manager.getPluginStatus('one')).toMatchObject({ env, hour: 9 })
  await load(manager, 'other', { code })
  expect(await manager.getPluginStatus('other')).not.toMatchObject({ env: { GREETING: 'hello' } })
  for (const wrong of [{ 'A=B': 'x' }, { A: 'x\0' }, { A: 1 }, ['A'], null] as never[])
    await expect(load(manager, 'wrong', { code }, { env: wrong })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'env' },
    })
})
