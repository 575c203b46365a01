import type { Messages } from '../messages'
import { access } from './access'
import { activity } from './activity'
import { events } from './events'
import { explore } from './explore'
import { overview } from './overview'
import { plugins } from './plugins'
import { shell } from './shell'
import { tabs } from './tabs'
import { versions } from './versions'

export { sayings } from './sayings'

/** Every text of the board, in simplified Chinese. */
export const zhCn: Messages = {
  ...shell,
  ...overview,
  ...plugins,
  ...tabs,
  ...events,
  ...access,
  ...versions,
  ...activity,
  ...explore,
}
