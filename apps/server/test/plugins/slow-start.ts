import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin } from '@plugboard/plugin-sdk'

const START_MS = 1_500

export default definePlugin({ start: () => sleep(START_MS) })
