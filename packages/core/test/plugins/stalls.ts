import { definePlugin } from '@plugboard/plugin-sdk'

export type Stall = 'loop' | 'microtasks' | 'array' | 'pattern'

// Each function holds the thread for ever; a test looks for its name and for its line in the report.
function spin(): never {
  for (;;);
}

async function again(): Promise<never> {
  for (;;) await Promise.resolve()
}

// V8 would unroll a simpler loop.
function fill(): never {
  for (;;) new Array(1000).fill(1.5)
}

function match(): boolean {
  return /^(a+)+$/.test(`${'a'.repeat(64)}!`)
}

/** Stalls in the way that the event's data names; with other data it returns. */
export default definePlugin({
  handleEvent({ data }) {
    switch (data as Stall | null) {
      case 'loop':
        return spin()
      case 'microtasks':
        return again()
      case 'array':
        return fill()
      case 'pattern':
        return void match()
      case null:
        return
    }
  },
})
