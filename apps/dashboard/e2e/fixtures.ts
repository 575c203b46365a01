import { test as base, expect, type Page } from '@playwright/test'
import { TestServer, type StorageState } from './server'

interface Fixtures {
  readonly server: TestServer
  /** Errors of the page that a test provokes on purpose, such as a lost connection. */
  readonly expectedErrors: RegExp[]
}

interface WorkerFixtures {
  /** One server for all tests of a worker that leave no trace which another one would stumble over. */
  readonly house: { readonly server: TestServer; readonly storageState: StorageState }
}

/** A page of the server that fails its test on any console error: a violation of the page's policy is one. */
const onServer = base.extend<Fixtures>({
  server: async ({}, _use) => Promise.reject(new Error('a test says which server it runs on')),
  expectedErrors: async ({}, use) => use([]),
  baseURL: async ({ server }, use) => use(server.url),
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = []
    watch(page, errors)
    await use(page)
    expect(errors.filter((error) => !expectedErrors.some((pattern) => pattern.test(error)))).toEqual([])
  },
})

/**
 * A test with a signed-in owner, on a server that the tests of a worker share. Plugins that the test loads are
 * unloaded, and the test fails if another plugin has changed its state.
 */
export const test = onServer.extend<object, WorkerFixtures>({
  house: [
    async ({ browser }, use) => {
      await using server = await TestServer.start()
      await use({ server, storageState: await server.signIn(browser) })
    },
    { scope: 'worker' },
  ],
  server: async ({ house: { server } }, use) => {
    const before = await server.states()
    await use(server)
    for (const id of (await server.states()).keys()) {
      if (!before.has(id) && (await server.states()).has(id)) await server.ask('DELETE', `/plugins/${id}?cascade`)
    }
    // Otherwise it is the next test that fails.
    await expect.poll(() => server.states()).toEqual(before)
  },
  storageState: async ({ house }, use) => use(house.storageState),
})

/** The same on a server of its own, which it may end. */
export const ownTest = onServer.extend({
  server: async ({}, use) => {
    await using server = await TestServer.start()
    await use(server)
  },
  page: async ({ page, server }, use) => {
    await server.setUp(page.context())
    await use(page)
  },
})

export { expect }

export function watch(page: Page, errors: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
}

/** The table's line of a plugin. */
export const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

/** Goes where a link of the board would: within one page it is not loaded anew. What is drawn then is to be waited for. */
export async function open(page: Page, path: string): Promise<void> {
  const { origin, pathname } = new URL(page.url())
  if (origin !== 'null' && new URL(path, origin).pathname === pathname)
    await page.evaluate((to) => history.pushState(null, '', to), path)
  else await page.goto(path)
}
