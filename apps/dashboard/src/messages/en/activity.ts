/** The stream of all that happened. */
export const activity = {
  activity: {
    plugin: 'Plugin',
    allPlugins: 'All plugins',
    person: 'Person or token',
    everybody: 'Everybody',
    time: 'Time',
    spans: {
      all: 'All time',
      '15m': 'Last 15 minutes',
      '1h': 'Last hour',
      '24h': 'Last 24 hours',
      '7d': 'Last 7 days',
      look: 'Since you last looked',
    },
    around: 'Around {time}',
    times: '×{times, number} since {since}',
    lastLook: 'You last looked at {time}',
    none: 'Nothing happened that fits these filters.',
  },
} as const
