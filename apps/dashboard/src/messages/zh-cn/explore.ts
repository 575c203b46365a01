import type { Messages } from '../messages'

/** One metric of several plugins, over time. */
export const explore = {
  explore: {
    metric: '指标',
    ranking: '按插件',
    known: '{total, number} 个中有 {known, number} 个有数据',
    plugin: '插件',
    mean: '平均值',
    max: '最大值',
    compare: '比较',
    compareOne: '比较 {name}',
    compareBefore: '与之前的时段比较',
    compared: '{count, plural, other {比较 # 个插件}}',
    top: '平均值最大的五个',
    add: '添加要比较的插件',
    clear: '清除选择',
  },
} satisfies Partial<Messages>
