import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Catalog } from '../src/index.ts'
import { pluginFiles, tempFolder, treeOf, writeFolder } from './support.ts'

const BIG = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`data/${n}.txt`, `${n}`.repeat(20_000)]))

test('a disk that fills while a package is unpacked is told, and nothing is left behind', async ({ skip }) => {
  const disk = join(await tempFolder(), 'disk')
  await mkdir(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    skip(`needs to mount a small disk: ${String(error)}`)
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  const catalog = await Catalog.open({ folder: disk })
  const path = await writeFolder(pluginFiles(BIG))
  await expect(catalog.install({ kind: 'path', path }, { by: 'test' })).rejects.toMatchObject({ code: 'NO_SPACE' })
  expect(await treeOf(disk)).toEqual(['.staging'])
  const small = await writeFolder(pluginFiles())
  expect(await catalog.install({ kind: 'path', path: small }, { by: 'test' })).toMatchObject({ isNew: true })
})

test('a process that is killed while it installs and removes leaves whole versions only', async () => {
  const folder = await tempFolder()
  const sources = await Promise.all(
    ['1.0.0', '1.1.0', '1.2.0'].map((version) => writeFolder(pluginFiles(BIG, { version }))),
  )
  let seen = 0
  /** How long an install takes here and now: the moments of death follow it, however slow the machine is. */
  let installMs = 150
  for (let round = 0; round < 10; round += 1) {
    const child = fork(new URL('installs-forever.ts', import.meta.url), [folder, ...sources], {
      execArgv: ['--conditions=@plugboard/source'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    const begun = performance.now()
    // Every other process dies when it has installed something.
    if (round % 2 === 1) {
      await once(child, 'message')
      installMs = performance.now() - begun
    }
    await sleep(Math.random() * installMs)
    child.kill('SIGKILL')
    await once(child, 'close')
    const catalog = await Catalog.open({ folder })
    expect(await treeOf(join(folder, '.staging'))).toEqual([])
    for (const { id, version } of catalog.list('greeter')) {
      await catalog.release(id, version)
      seen += 1
    }
  }
  expect(seen).toBeGreaterThan(0)
}, 120_000)
