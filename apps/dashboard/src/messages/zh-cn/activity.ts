import type { Messages } from '../messages'

/** The stream of all that happened. */
export const activity = {
  activity: {
    plugin: '插件',
    allPlugins: '全部插件',
    person: '人员或令牌',
    everybody: '全部人员',
    time: '时间',
    spans: {
      all: '全部时间',
      '15m': '最近 15 分钟',
      '1h': '最近 1 小时',
      '24h': '最近 24 小时',
      '7d': '最近 7 天',
      look: '自上次查看以来',
    },
    around: '{time} 前后',
    times: '自 {since} 起 ×{times, number}',
    lastLook: '上次查看：{time}',
    none: '没有符合筛选条件的记录。',
  },
} satisfies Partial<Messages>
