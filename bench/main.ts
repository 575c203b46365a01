// `pnpm bench [name…] [--events N] [--json]`: prints figures, and those of a peer measured in the same run.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBoard } from './board/board.ts'
import { benchDispatch } from './dispatch/dispatch.ts'
import { benchGuests } from './guests/guests.ts'
import { benchStore } from './store/store.ts'
import { benchSwap } from './swap/swap.ts'
import { benchWayBack } from './swap/way-back.ts'
import { benchWire } from './wire/wire.ts'
import { judge, printJson, printTable, type JudgedRow, type Row } from './row.ts'

const BENCHES: Readonly<Record<string, (events: number) => Promise<Row[]>>> = {
  dispatch: benchDispatch,
  guests: benchGuests,
  wire: benchWire,
  store: benchStore,
  swap: benchSwap,
  'way-back': benchWayBack,
  board: benchBoard,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const events = Number(values.events ?? 300_000)
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES)
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name))
if (unknown !== undefined || !Number.isSafeInteger(events) || events < 1) {
  console.error(`Usage: pnpm bench [${Object.keys(BENCHES).join('|')}] [--events N] [--json]`)
  process.exit(1)
}

const rows: JudgedRow[] = []
for (const name of names) rows.push(...(await BENCHES[name]!(events)).map(judge))
if (values.json) printJson(rows)
else printTable(rows)
// A part of the benches, or a short run, is not the day's result.
if (!values.json && positionals.length === 0 && values.events === undefined) keep(rows)
// Peers and their children have all been ended; nothing else may keep the process.
process.exit(0)

/** The next run can be held against this one. */
function keep(results: readonly JudgedRow[]): void {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${new Date().toISOString().slice(0, 10)}.json`)
  writeFileSync(file, `${JSON.stringify({ node: process.version, events, rows: results }, null, 2)}\n`)
}
