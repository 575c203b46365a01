/**
 * An error that names the file and the line where a module cannot be parsed, and that shows the line in place of a
 * stack, whose frames would be Node's and ours.
 * @param located the stack of the cause; where Node knows the place, it begins with `:line` and the text around it
 */
export function syntaxErrorIn(file: string, { message }: Error, located = ''): SyntaxError {
  const [excerpt = ''] = located.split('\n\n', 1)
  const line = /^:(\d+)\n/.exec(excerpt)?.[1]
  const error = new SyntaxError(`${file}${line === undefined ? '' : `:${line}`}: ${message}`)
  error.stack = line === undefined ? error.message : `${error.message}\n${excerpt.slice(excerpt.indexOf('\n') + 1)}`
  return error
}
