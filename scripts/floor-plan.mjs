// Draws the floor plan of the houses in house.mjs, and finds what must not be: circles of files, and imports that run upward.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'oxc-parser'
import { root } from './command.mjs'
import { HOUSES } from './house.mjs'

const SOURCES = ['packages/*/src/**/*.{ts,tsx}', 'packages/bundled-plugins/*/*.ts', 'apps/*/src/**/*.{ts,tsx}']
const ALIASES = [['@/', 'apps/dashboard/src/']]

/** Every file of our own sources, tests left out, with the files that it imports; type imports count. */
function readImports() {
  const files = globSync(SOURCES, { cwd: root, exclude: (path) => /node_modules|\.test\.tsx?$/.test(path) })
  const known = new Set(files)
  return new Map(files.map((file) => [file, importsOf(file, known)]))
}

function importsOf(file, known) {
  const text = readFileSync(join(root, file), 'utf8')
  const { module, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0].message}`)
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ]
  const targets = specifiers.flatMap((specifier) => resolveFile(specifier, file, known) ?? [])
  return [...new Set(targets)].filter((target) => target !== file)
}

function resolveFile(specifier, from, known) {
  const alias = ALIASES.find(([prefix]) => specifier.startsWith(prefix))
  if (!alias && !specifier.startsWith('.')) return undefined
  const path = alias ? alias[1] + specifier.slice(alias[0].length) : join(dirname(from), specifier)
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => known.has(candidate))
}

/** Groups of files that import each other in a circle, by Tarjan's algorithm. */
function findCircles(imports) {
  const [circles, stack, onStack, index, low] = [[], [], new Set(), new Map(), new Map()]
  const visit = (file) => {
    index.set(file, index.size)
    low.set(file, index.get(file))
    stack.push(file)
    onStack.add(file)
    for (const target of imports.get(file)) {
      if (!index.has(target)) visit(target)
      if (onStack.has(target)) low.set(file, Math.min(low.get(file), low.get(target)))
    }
    if (low.get(file) !== index.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    for (const member of group) onStack.delete(member)
    if (group.length > 1) circles.push(group)
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file)
  return circles
}

/** Which rooms each room of a house uses, and the imports that run upward. */
function planOf({ name, folder, rooms }, imports) {
  const names = rooms.map(([room]) => room)
  const roomOf = (file) => {
    const place = dirname(relative(folder, file))
    const found = names
      .filter((room) => room === place || place.startsWith(`${room}/`))
      .sort((a, b) => b.length - a.length)[0]
    if (found === undefined) throw new Error(`${file} lies in no room of ${name}: name its folder in scripts/house.mjs`)
    return found
  }
  const uses = new Map(names.map((room) => [room, new Set()]))
  const upward = []
  for (const [file, targets] of imports) {
    if (!file.startsWith(`${folder}/`)) continue
    for (const target of targets.filter((path) => path.startsWith(`${folder}/`))) {
      const [from, to] = [roomOf(file), roomOf(target)]
      if (from === to) continue
      uses.get(from).add(to)
      if (names.indexOf(to) < names.indexOf(from)) upward.push(`${file} → ${target}`)
    }
  }
  return {
    name,
    folder,
    rooms: rooms.map(([room, what]) => ({ room, what, uses: names.filter((one) => uses.get(room).has(one)) })),
    upward,
  }
}

function readPlans() {
  const imports = readImports()
  return { circles: findCircles(imports), plans: HOUSES.map((house) => planOf(house, imports)) }
}

/** The picture of ARCHITECTURE.md: the same plan, as a table. */
export function floorPlanMarkdown() {
  return readPlans()
    .plans.map(({ folder, rooms }) => {
      const rows = rooms.map(({ room, what, uses }) => [`\`${room}\``, what, uses.join(' · ')])
      return `\`${folder}\`:\n\n${tableOf([['room', 'what lives there', 'rooms it uses'], ...rows])}`
    })
    .join('\n\n')
}

/** A table of Markdown, its columns aligned as the formatter aligns them. */
function tableOf([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const BEGIN = '<!-- made by `pnpm run docs` from scripts/house.mjs and the imports -->'
const END = '<!-- the end of what is made -->'

/** ARCHITECTURE.md with its floor plan made anew. */
export function withFloorPlan(text) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin === -1 || end === -1) throw new Error('ARCHITECTURE.md has lost the marks around its floor plan')
  return `${text.slice(0, begin + BEGIN.length)}\n\n${floorPlanMarkdown()}\n\n${text.slice(end)}`
}

/** Prints the floor plan. @returns {boolean} whether there is no circle, and no import runs upward */
export function checkFloorPlan() {
  const { circles, plans } = readPlans()
  for (const { name, rooms } of plans) {
    console.log(`  ${name}`)
    for (const { room, uses } of rooms) console.log(`    ${room.padEnd(24)} → ${uses.join(', ') || 'nothing'}`)
  }
  const upward = plans.flatMap((plan) => plan.upward)
  console.log(`  ${circles.length} circles, ${upward.length} upward imports`)
  for (const circle of circles) console.error(`  a circle: ${circle.join(', ')}`)
  for (const one of upward) console.error(`  upward: ${one}`)
  return circles.length === 0 && upward.length === 0
}
