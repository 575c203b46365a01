import { expect, test } from 'vitest'
import { matchCommands, type Command } from './commands'

const command = (title: string, hint = ''): Command => ({ id: title, title, hint, icon: 'plugins', run: () => {} })
const commands = [command('Overview'), command('Restart Chaos', 'chaos'), command('Chaos', 'chaos'), command('Unload')]
const titles = (query: string): string[] => matchCommands(commands, query).map(({ title }) => title)

test('what begins with the words comes first; all words must be there', () => {
  expect(titles('cha')).toEqual(['Chaos', 'Restart Chaos'])
  expect(titles('res ch')).toEqual(['Restart Chaos'])
  expect(titles('view')).toEqual(['Overview'])
  expect(titles('nothing')).toEqual([])
})

test('without a query everything is there, in its order', () => {
  expect(titles(' ')).toEqual(['Overview', 'Restart Chaos', 'Chaos', 'Unload'])
})
