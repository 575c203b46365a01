import { access } from './access'
import { activity } from './activity'
import { events } from './events'
import { explore } from './explore'
import { overview } from './overview'
import { plugins } from './plugins'
import { shell } from './shell'
import { tabs } from './tabs'
import { versions } from './versions'

/** Every text of the board, in English; other languages have the same keys. */
export const en = {
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
