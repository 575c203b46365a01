// What a browser loads, in kB of gzip, against what UX allows; printed as a table.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './command.mjs'

const SITE = join(root, 'apps/dashboard/out')
const CHUNKS = join(SITE, '_next/static/chunks')
/** Shell, figures and table, before anything is opened. */
const FIRST_LOAD_KB = 260
/** The same with the charts of the first page. */
const WITH_CHARTS_KB = 400

/** What must come only when it is opened, and a text that its code cannot do without. */
const LATER = [
  ['charts', 'recharts-cartesian'],
  ['JSON editor', 'cm-content'],
  ['form', 'ArrayFieldItemTemplate'],
  ['graph', 'react-flow__node'],
  ['palette', 'palette.placeholder'],
]

/** @returns {boolean} whether every budget is kept */
export function checkBundles() {
  const chunks = readdirSync(CHUNKS, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name, text: readFileSync(join(CHUNKS, name), 'utf8') }))
  const sizeOf = new Map(chunks.map(({ name, text }) => [name, gzipSync(text, { level: 9 }).length / 1_000]))
  const pages = readdirSync(SITE).filter((name) => name.endsWith('.html') && !name.startsWith('_'))
  const loads = new Map(pages.map((page) => [page, scriptsOf(readFileSync(join(SITE, page), 'utf8'))]))

  const rows = pages.map((page) => {
    const size = sum(loads.get(page).map((name) => sizeOf.get(name) ?? 0))
    return [page, 'first load', size, FIRST_LOAD_KB]
  })
  for (const [what, mark] of LATER) {
    const own = chunks.filter(({ text }) => text.includes(mark)).map(({ name }) => name)
    const early = pages.filter((page) => loads.get(page).some((name) => own.includes(name)))
    if (own.length === 0) rows.push([what, 'its code was not found', Infinity, 0])
    else if (early.length > 0) rows.push([what, `in the first load of ${early.join(', ')}`, Infinity, 0])
    else rows.push([what, 'when opened', sum(own.map((name) => sizeOf.get(name))), null])
  }
  const charts = rows.find(([name, note]) => name === 'charts' && note === 'when opened')
  const first = rows.find(([name]) => name === 'index.html')
  if (charts && first) rows.push(['index.html', 'with its charts', first[2] + charts[2], WITH_CHARTS_KB])

  for (const [name, note, size, budget] of rows) {
    const within = budget === null ? '' : `≤ ${budget} kB`
    const mark = isKept(size, budget) ? ' ' : '✗'
    console.log(`  ${mark} ${name.padEnd(20)} ${note.padEnd(24)} ${size.toFixed(1).padStart(7)} kB  ${within}`)
  }
  return rows.every(([, , size, budget]) => isKept(size, budget))
}

function isKept(size, budget) {
  return budget === null || size <= budget
}

/** The scripts that a page names, those for browsers without modules aside. */
function scriptsOf(html) {
  const names = [...html.matchAll(/<script\b([^>]*)>/g)]
    .map(([, attributes]) => attributes)
    .filter((attributes) => !/\bnoModule\b/i.test(attributes))
    .flatMap((attributes) => /src="[^"]*\/_next\/static\/chunks\/([^"?]+)"/.exec(attributes)?.[1] ?? [])
  return [...new Set(names)]
}

function sum(sizes) {
  return sizes.reduce((total, size) => total + size, 0)
}
