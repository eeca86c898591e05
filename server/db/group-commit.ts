export interface GroupCommitOptions<Row> {
  /** Writes all rows in one statement, or none. */
  write(rows: Row[]): Promise<void>;
  /** Rows in one statement at most. */
  maxRows: number;
  /** Statements under way at most. */
  maxInFlight: number;
  /** True for an error that says nothing about the rows (the database cannot be reached). */
  isOutage(error: unknown): boolean;
}

interface Waiting<Row> {
  row: Row;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Collects the rows that are added within one turn of the event loop and writes them together. The promise of a row
 * resolves when it is durable. One bad row fails alone: its batch is written again row by row.
 */
export function groupCommit<Row>(options: GroupCommitOptions<Row>): (row: Row) => Promise<void> {
  // Bounded by the callers: each run waits for its own row, and runs are limited.
  let waiting: Waiting<Row>[] = [];
  let inFlight = 0;
  let scheduled = false;

  const schedule = () => {
    if (scheduled || waiting.length === 0 || inFlight >= options.maxInFlight) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      flush();
      schedule();
    });
  };

  const flush = () => {
    if (waiting.length === 0 || inFlight >= options.maxInFlight) return;
    const batch = waiting.slice(0, options.maxRows);
    waiting = waiting.slice(batch.length);
    inFlight += 1;
    void writeBatch(batch, options).finally(() => {
      inFlight -= 1;
      schedule();
    });
  };

  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      schedule();
    });
}

async function writeBatch<Row>(batch: Waiting<Row>[], options: GroupCommitOptions<Row>): Promise<void> {
  try {
    await options.write(batch.map((entry) => entry.row));
    for (const entry of batch) entry.resolve();
  } catch (error) {
    if (batch.length === 1 || options.isOutage(error)) {
      for (const entry of batch) entry.reject(error);
      return;
    }
    for (const entry of batch) await writeBatch([entry], options);
  }
}
