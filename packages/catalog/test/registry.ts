import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { runServer } from 'verdaccio'
import { tarOf, tempFolder } from './support.ts'

/** An npm registry on this machine, with nothing in it. @returns its address */
export async function startRegistry(): Promise<string> {
  const storage = await tempFolder()
  const server: Server = await runServer({
    storage,
    self_path: storage,
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
    auth: { htpasswd: { file: `${storage}/htpasswd` } },
    log: { type: 'stdout', level: 'fatal' },
    web: { enable: false },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Publishes a package as `npm publish` does. */
export async function publish(
  registry: string,
  {
    name,
    version = '1.0.0',
    files = {},
    ...more
  }: {
    readonly name: string
    readonly version?: string
    readonly files?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  },
): Promise<void> {
  const manifest = { name, version, ...more }
  const all = { 'package.json': JSON.stringify(manifest), ...files }
  const archive = gzipSync(tarOf(Object.entries(all).map(([path, data]) => ({ name: `package/${path}`, data }))))
  const file = `${name.split('/').at(-1)}-${version}.tgz`
  const dist = {
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    shasum: createHash('sha1').update(archive).digest('hex'),
    tarball: `${registry}${name}/-/${file}`,
  }
  const answer = await fetch(`${registry}${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
      _attachments: {
        [file]: { content_type: 'application/octet-stream', data: archive.toString('base64'), length: archive.length },
      },
    }),
  })
  if (!answer.ok) throw new Error(`${name} was not published: ${answer.status} ${await answer.text()}`)
}
