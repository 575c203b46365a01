/** The least length of a password; the server says the same. */
export const MIN_PASSWORD = 12
