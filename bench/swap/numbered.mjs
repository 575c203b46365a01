import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const now = () => performance.timeOrigin + performance.now()

/** Follows numbered events over all its versions, with 1 MB of state, and measures how long none was handled between two of them. */
export default ({ config, dataPath }) => {
  const file = join(dataPath, 'last')
  const state = {
    next: null,
    lost: 0,
    twice: 0,
    disordered: 0,
    gaps: [],
    lastAt: null,
    /** Of the version that runs: when it handled its first event. */
    begunAt: null,
    padding: 'x'.repeat(config.stateBytes ?? 0),
  }
  let isFirst = true
  return {
    handleEvent({ data: number }) {
      const at = now()
      if (isFirst) {
        isFirst = false
        if (state.lastAt !== null) state.gaps.push(at - state.lastAt)
        state.begunAt = at
      }
      state.lastAt = at
      state.next ??= number
      if (number < state.next) state.twice += 1
      else {
        state.lost += number - state.next
        if (number < state.next) state.disordered += 1
        state.next = number + 1
      }
    },
    exportState: () => state,
    importState: (given) => void Object.assign(state, given),
    // A restart takes nothing over: the moment of the last event, and the counts, go by a file.
    start() {
      if (!config.byFile) return
      try {
        Object.assign(state, JSON.parse(readFileSync(file, 'utf8')))
        rmSync(file)
      } catch {}
    },
    stop() {
      isFirst = true
      if (config.byFile) writeFileSync(file, JSON.stringify(state))
    },
    status: () => ({ ...state, padding: undefined, gaps: state.gaps.slice(-500) }),
  }
}
