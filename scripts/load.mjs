// Keeps two processors busy beside the tests, so that they meet the timing of a slow machine (PLUGBOARD_TEST_UNDER_LOAD=1).
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROCESSES = 2
const SLICE_MS = 50

/** @returns {() => void} ends the load */
export function startLoad() {
  const children = Array.from({ length: PROCESSES }, () => fork(fileURLToPath(import.meta.url)))
  return () => children.forEach((child) => child.disconnect())
}

/** Works in slices, so that the process notices that its parent has gone. */
function work() {
  const end = performance.now() + SLICE_MS
  while (performance.now() < end);
  if (process.connected) setImmediate(work)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) work()
