import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createManager, custom, isAlive, load, tempFolder } from '../support.ts'

const DOCUMENT = new URL('../../../../docs/isolation.md', import.meta.url)

/** The lines of the document's list of what a guest reaches. */
async function documentedReach(): Promise<string[]> {
  const text = await readFile(DOCUMENT, 'utf8')
  const [, list = ''] = /## What a guest can still reach\n([\s\S]*?)\n## /.exec(text) ?? []
  return [...list.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, name]) => name!)
}

test('[PM1.c] the escape kit: each way out is DENIED, or stands in docs/isolation.md', async () => {
  const manager = await createManager()
  await load(manager, 'neighbour', { plugin: 'writes-data', events: ['none'] })
  const neighbourPid = manager.getPlugin('neighbour')!.pid!
  const folder = join(await tempFolder(), 'escape-kit')
  await mkdir(folder)
  await copyFile(new URL('./escape-kit.mjs', import.meta.url), join(folder, 'index.mjs'))
  await symlink('/etc/hostname', join(folder, 'link-out'))
  await writeFile(
    join(folder, 'plugin.json'),
    JSON.stringify({ id: 'escape-kit', version: '1.0.0', entryPoint: 'index.mjs', events: ['go'] }),
  )
  await manager.loadPlugin(folder, { config: { neighbourPid }, limits: { handleEventMs: 120_000 } })
  const { pid, dataPath } = manager.getPlugin('escape-kit')!

  expect(await manager.broadcastEvent(custom('go'))).toMatchObject({ delivered: 1 })
  const outcomes = JSON.parse(await readFile(join(dataPath, 'outcomes.json'), 'utf8')) as Record<string, string>
  console.log(
    Object.entries(outcomes)
      .map(([name, outcome]) => `${outcome.padEnd(8)} ${name}`)
      .join('\n'),
  )
  expect(Object.keys(outcomes).length).toBeGreaterThan(80)
  expect(Object.keys(outcomes).filter((name) => outcomes[name] === 'REACHED')).toEqual(await documentedReach())

  // Nothing it did reached anybody else.
  expect(manager.getPlugin('escape-kit')).toMatchObject({ state: 'active', pid })
  expect(manager.getPlugin('neighbour')).toMatchObject({ state: 'active', pid: neighbourPid })
  expect(isAlive(neighbourPid)).toBe(true)
  for (const name of ['', '.heapsnapshot', '.json', '.sock'])
    expect(existsSync(`/tmp/plugboard-escaped${name}`)).toBe(false)
}, 120_000)
