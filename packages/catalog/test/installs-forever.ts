// Installs and removes the same versions over and over, until it is killed.
import { Catalog } from '../src/index.ts'

const [folder, ...sources] = process.argv.slice(2)
const catalog = await Catalog.open({ folder: folder! })
process.send!('ready')
for (let round = 0; ; round += 1) {
  for (const path of sources) {
    const { id, version } = await catalog.install({ kind: 'path', path }, { by: 'test' })
    process.send!('installed')
    if (round % 2 === 1) await catalog.remove(id, version)
  }
}
