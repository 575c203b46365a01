/** Finds a Chromium for the end-to-end tests, or installs one. @throws Error whose message is the command to run */
export function findBrowser(): Promise<string>
