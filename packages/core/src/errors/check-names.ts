import { PluginError } from './plugin-error.ts'

/**
 * Options are not always type-checked: one that is mistyped would be ignored without a word.
 * @param prefix of nested options, such as `deadlines.`
 * @throws PluginError `OPTION_INVALID` that names it, and the one that it looks like
 */
export function checkNames(options: object, known: readonly string[], prefix = ''): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const alike = known.find((one) => one.toLowerCase().startsWith(name.toLowerCase().slice(0, ALIKE)))
    const guess = alike === undefined ? `the options are ${known.join(', ')}` : `did you mean ${prefix}${alike}?`
    const message = `there is no option ${prefix}${name.slice(0, 80)}: ${guess}`
    throw new PluginError('OPTION_INVALID', message, { option: `${prefix}${name}` })
  }
}

/** How many of its first letters make a name look like another one. */
const ALIKE = 4
