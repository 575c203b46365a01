import basePath from '../../base-path.json'

/** What an address on this server begins with; links and the router of Next.js add it by themselves. */
export const BASE_PATH: string = process.env.NODE_ENV === 'development' ? '' : basePath.mark
