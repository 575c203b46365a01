import { SqliteAdapter, SqliteDialect, type DialectAdapter, type SqliteDatabase, type SqliteStatement } from 'kysely'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

const MAX_STATEMENTS = 200

/** Kysely's SQLite dialect over `node:sqlite`. */
export function nodeSqliteDialect(db: DatabaseSync): SqliteDialect {
  return new NodeSqliteDialect({ database: asSqliteDatabase(db) })
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new NodeSqliteAdapter()
  }
}

class NodeSqliteAdapter extends SqliteAdapter {
  /** Kysely says no for SQLite, and a migration that fails would then leave half its tables. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function asSqliteDatabase(db: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    if (/^(?:select|insert|update|delete|with)\b/i.test(sql)) statements.set(sql, statement)
    return statement
  }
  return {
    close: () => db.close(),
    prepare: (sql): SqliteStatement => {
      const statement = prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...storable(parameters)),
        run: (parameters) => {
          const { changes, lastInsertRowid } = statement.run(...storable(parameters))
          return { changes, lastInsertRowid }
        },
        // A statement of its own: a second reader of a cached one would end the first.
        iterate: (parameters) => db.prepare(sql).iterate(...storable(parameters)),
      }
    },
  }
}

/** `node:sqlite` takes an object in the first place for named parameters, and would store NULLs without a word. */
function storable(parameters: readonly unknown[]): SQLInputValue[] {
  for (const value of parameters) {
    const isPlain = value === null || ['string', 'number', 'bigint'].includes(typeof value)
    if (!isPlain && !ArrayBuffer.isView(value)) throw new TypeError(`a ${typeof value} cannot be stored as it is`)
  }
  return parameters as SQLInputValue[]
}
