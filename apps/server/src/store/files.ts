/** What lies in a data folder and is the server's; plugins have their own folders in it. */
export const DATABASE_FILE = 'plugboard.db'
export const ACCOUNTS_FILE = 'accounts.db'
export const KEY_FILE = 'secret.key'
