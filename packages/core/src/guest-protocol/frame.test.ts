import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkLength, FrameSplitter, LENGTH_BYTES, MAX_FRAME_BYTES } from './frame.ts'

const HEAD = 2
const frame = (body: Uint8Array): Buffer => {
  const framed = Buffer.alloc(LENGTH_BYTES + body.length)
  framed.writeUInt32LE(body.length)
  framed.set(body, LENGTH_BYTES)
  return framed
}
const splitter = (frames: Buffer[], violations: string[] = []): FrameSplitter =>
  new FrameSplitter({
    headBytes: HEAD,
    checkHead: (length, head) => checkLength(length, HEAD) ?? (head?.[0] === 255 ? 'a bad head' : null),
    onFrame: (data) => frames.push(Buffer.from(data)),
    onViolation: (reason) => violations.push(reason),
  })

test('however the bytes are cut, the same frames come out', () => {
  const body = fc.uint8Array({ minLength: HEAD, maxLength: 300, max: 254 })
  fc.assert(
    fc.property(
      fc.array(body, { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 50 }),
      (bodies, cuts) => {
        const frames: Buffer[] = []
        const split = splitter(frames)
        const stream = Buffer.concat(bodies.map(frame))
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = cuts[turn % cuts.length]!
          split.push(stream.subarray(at, at + size))
          at += size
        }
        expect(frames).toEqual(bodies.map((one) => Buffer.from(one)))
      },
    ),
  )
})

test.each([
  ['too long', MAX_FRAME_BYTES + 1],
  ['too short for its head', 1],
])('a length that is %s is refused before the body comes', (_name, length) => {
  const violations: string[] = []
  const split = splitter([], violations)
  const head = Buffer.alloc(LENGTH_BYTES)
  head.writeUInt32LE(length)
  split.push(head)
  expect(violations).toEqual([`a frame of ${length} bytes`])
})

test('a bad head is refused before the body comes, and nothing follows', () => {
  const frames: Buffer[] = []
  const violations: string[] = []
  const split = splitter(frames, violations)
  split.push(Buffer.from([100, 0, 0, 0, 255, 0]))
  split.push(frame(new Uint8Array([1, 2])))
  expect([frames, violations]).toEqual([[], ['a bad head']])
})
