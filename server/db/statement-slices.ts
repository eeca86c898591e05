/** Rows in one statement: the embedded database is one thread, and a statement must not hold it for long. */
const STATEMENT_ROWS = 250;

/** The items in order, as many at a time as one statement should write rows. */
export function* statementSlices<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += STATEMENT_ROWS) yield items.slice(at, at + STATEMENT_ROWS);
}
