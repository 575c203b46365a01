import { definePlugin, type MigrateConfig } from '@plugboard/plugin-sdk'

/** Takes `host` of a former version as part of its `url`. */
export const migrateConfig: MigrateConfig = ({ host, password = '' }) => ({
  url: `https://${host as string}`,
  password,
})

export default definePlugin(({ config }) => ({ status: () => config }))
