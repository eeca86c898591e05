import { loadSecrets } from "#server/auth/secrets";
import { checkBlobStore } from "#server/blobs/registry";
import { closeDatabase, openDatabase } from "#server/db/client";
import { jobDefinitions } from "#server/jobs/definitions/all";
import { startQueue, stopQueue } from "#server/jobs/queue";
import { startWorkers, stopWorkers } from "#server/jobs/worker";
import { closePools } from "#server/outbound/pools";
import { flushRelays } from "#server/services/responses/relay-run";
import { listenForOrders } from "#server/services/responses/run-orders";
import { flushQueryUsage } from "#server/services/vector-stores/meter-queries";
import { interpreters, mcpTools } from "#server/tools/registry";
import { startTraceWriter, stopTraceWriter } from "#server/tracing/writer";

const holder = globalThis as typeof globalThis & { rejoinderParts?: Promise<void> };

async function open(): Promise<void> {
  // Before the database: without them nothing in it may be touched.
  loadSecrets();
  mcpTools.programs();
  await checkBlobStore();
  await openDatabase();
  startTraceWriter();
  listenForOrders();
  await startQueue();
  await startWorkers(Object.values(jobDefinitions));
}

/**
 * Opens what every request needs, once a process: secrets, database (migrated), trace writer, job queue, workers.
 * Called by server/main.ts, and by instrumentation.ts when Next was started without it.
 */
export function openParts(): Promise<void> {
  holder.rejoinderParts ??= open();
  return holder.rejoinderParts;
}

/** Closes the parts in reverse order; traces still queued are written first. */
export async function closeParts(): Promise<void> {
  await flushRelays();
  await stopWorkers();
  await stopQueue();
  await mcpTools.closeSessions();
  await interpreters.close();
  await closePools();
  await flushQueryUsage();
  await stopTraceWriter();
  await closeDatabase();
}
