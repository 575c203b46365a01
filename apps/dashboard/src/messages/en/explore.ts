/** One metric of several plugins, over time. */
export const explore = {
  explore: {
    metric: 'Metric',
    ranking: 'By plugin',
    known: '{known, number} of {total, number} with values',
    plugin: 'Plugin',
    mean: 'Average',
    max: 'Maximum',
    compare: 'Compare',
    compareOne: 'Compare {name}',
    compareBefore: 'Compare with the time before',
    compared: '{count, plural, one {one plugin} other {# plugins compared}}',
    top: 'the five with the largest average',
    add: 'Add a plugin to compare',
    clear: 'Clear selection',
  },
} as const
