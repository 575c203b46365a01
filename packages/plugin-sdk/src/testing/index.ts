export { startPlugin } from './test-host.ts'
export type { TestHost, TestHostOptions, TestLogEntry } from './test-host.ts'
