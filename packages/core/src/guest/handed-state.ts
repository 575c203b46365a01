import { readSync, writeSync } from 'node:fs'
import { MAX_STATE_BYTES } from '../guest-protocol/message.ts'
import { ownError, ThrownError } from '../guest-protocol/thrown.ts'

// Taken before the plugin is imported: it may replace them.
const [read, write] = [readSync, writeSync]
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]
const PART_BYTES = 262_144

/**
 * Leaves a state in the file that all instances of the plugin share.
 * @param text the state, as JSON
 * @returns how many bytes it takes
 * @throws ThrownError `TOO_LARGE`, `STATE_NOT_WRITTEN`
 */
export function leaveState(fd: number, text: string): number {
  // The same memory for each part: fresh memory for all of it would cost more than the encoding.
  const part = new Uint8Array(PART_BYTES)
  let bytes = 0
  for (let at = 0; at < text.length;) {
    const encoded = encoder.encodeInto(text.slice(at), part)
    at += encoded.read
    checkSize(bytes + encoded.written)
    writeAll(fd, part.subarray(0, encoded.written), bytes)
    bytes += encoded.written
  }
  return bytes
}

/** @returns the state that another instance has left, as JSON @throws Error of the file system, or where it is shorter than it was */
export function takeState(fd: number, size: number): string {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size;) {
    const count = read(fd, bytes, at, size - at, at)
    if (count === 0) throw new Error('the state that was handed over is not there any more')
    at += count
  }
  return decoder.decode(bytes)
}

/** The instances have one file, and so one position in it, in common: each write says where. */
function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  try {
    for (let at = 0; at < bytes.length;) at += write(fd, bytes, at, bytes.length - at, position + at)
  } catch (thrown) {
    throw new ThrownError(ownError('STATE_NOT_WRITTEN', `its state could not be written: ${(thrown as Error).message}`))
  }
}

function checkSize(bytes: number): void {
  if (bytes > MAX_STATE_BYTES)
    throw new ThrownError(ownError('TOO_LARGE', `exportState() returned more than ${MAX_STATE_BYTES} bytes`))
}
