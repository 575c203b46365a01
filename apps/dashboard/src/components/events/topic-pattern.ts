/** Whether a topic fits a pattern as the server reads it: `*` stands for one part, `**` at the end for all that follow. */
export function fitsPattern(pattern: string, topic: string): boolean {
  const [wanted, parts] = [pattern.split('.'), topic.split('.')]
  for (const [index, part] of wanted.entries()) {
    if (part === '**') return true
    if (index >= parts.length || (part !== '*' && part !== parts[index])) return false
  }
  return wanted.length === parts.length
}
