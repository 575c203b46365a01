/** Says whether a topic is wanted. */
export type TopicMatcher = (topic: string) => boolean

/** Dot-separated names; `*` stands for one of them and a closing `**` for any number, none included. */
const PATTERN = /^(?:\*\*|(?:\*|[^.*\s]+)(?:\.(?:\*|[^.*\s]+))*(?:\.\*\*)?)$/

/** True for a pattern that {@link compileTopicPattern} accepts, such as `vm.*`, `vm.**`, `device.added` or `**`. */
export function isTopicPattern(pattern: string): boolean {
  return pattern.length <= 256 && PATTERN.test(pattern)
}

/**
 * Compiles a topic pattern: `*` matches one dot-separated part, a closing `**` all that follows.
 * @throws TypeError where the pattern is not one.
 */
export function compileTopicPattern(pattern: string): TopicMatcher {
  if (!isTopicPattern(pattern)) throw new TypeError(`"${pattern}" is not a topic pattern, such as vm.* or **`)
  if (pattern === '**') return () => true
  if (!pattern.includes('*')) return (topic) => topic === pattern

  const open = pattern.endsWith('.**')
  const wanted = (open ? pattern.slice(0, -3) : pattern).split('.')
  return (topic) => {
    const parts = topic.split('.')
    if (open ? parts.length < wanted.length : parts.length !== wanted.length) return false
    return wanted.every((part, index) => part === '*' || part === parts[index])
  }
}

/** Matches what at least one of the patterns matches. */
export function compileTopicPatterns(patterns: readonly string[]): TopicMatcher {
  const matchers = patterns.map(compileTopicPattern)
  if (patterns.includes('**')) return () => true
  if (matchers.length === 1) return matchers[0]!
  return (topic) => matchers.some((matches) => matches(topic))
}
