import { definePlugin } from '@plugboard/plugin-sdk'

function churn(ms: number): void {
  const end = performance.now() + ms
  let all: object[] = []
  while (performance.now() < end) {
    all.push({ n: all.length })
    if (all.length > 10_000) all = []
  }
}

/** Computes and allocates without a pause, for as many milliseconds as the event's data says. */
export default definePlugin({ handleEvent: ({ data }) => churn(Number(data)) })
