import { z } from "zod";
import { closeDatabase, inTransaction, openDatabase, pool } from "#server/db/client";
import { newTraceId } from "#server/ids";
import { defineJob, enqueue, implementJob, startQueue } from "#server/jobs/queue";
import { startWorkers } from "#server/jobs/worker";
import { createResponse } from "#server/services/responses/create-response";
import { flushRelays } from "#server/services/responses/relay-run";
import { listenForOrders } from "#server/services/responses/run-orders";
import { silentTrace } from "#server/tracing/span";

/**
 * A process to be killed: `write` acknowledges rows on stdout, `job` starts a job that never ends, `hold` keeps
 * DATA_DIR, `respond` is another node that runs one foreground response.
 */

export const endlessJob = defineJob({ name: "endless", schema: z.object({ number: z.int() }) });

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function write(from: number): Promise<void> {
  await pool().query("CREATE TABLE IF NOT EXISTS acknowledged (id text PRIMARY KEY, body text NOT NULL)");
  let next = from;
  const writer = async () => {
    for (;;) {
      const id = next++;
      if (id % 5 === 0)
        await inTransaction((tx) => tx.$executeRaw`INSERT INTO acknowledged VALUES (${String(id)}, repeat('t', 500))`);
      else await pool().query("INSERT INTO acknowledged VALUES ($1, repeat('p', 500))", [String(id)]);
      say(`ack ${id}`);
    }
  };
  await Promise.all([writer(), writer(), writer()]);
}

async function runEndlessJob(): Promise<void> {
  await startQueue();
  const started = new Promise<number>((resolve) => {
    const definition = implementJob(endlessJob, ({ number }) => {
      resolve(number);
      return new Promise(() => {});
    });
    void startWorkers([definition]);
  });
  await enqueue(endlessJob, { number: 7 });
  say(`started ${await started}`);
}

async function respond(teamId: string, model: string): Promise<void> {
  listenForOrders();
  const trace = { ...silentTrace, traceId: newTraceId(), keepsContent: true };
  const ctx = { principal: { type: "system", teamId } as const, signal: new AbortController().signal, trace };
  const { events } = await createResponse({ ctx, input: { body: { model, input: "hi" } } });
  let status = "";
  for await (const batch of events) {
    for (const event of batch) {
      if (event.type === "response.created") say(`id ${event.response.id}`);
      if ("response" in event) status = event.response.status;
    }
  }
  await flushRelays();
  say(`ended ${status}`);
  process.exit(0);
}

if (process.argv[1]?.endsWith("crash-child.ts")) {
  await openDatabase();
  process.once("SIGTERM", () => void closeDatabase().then(() => process.exit(0)));
  const mode = process.argv[2];
  if (mode === "write") await write(Number(process.argv[3]));
  else if (mode === "job") await runEndlessJob();
  else if (mode === "respond") await respond(process.argv[3] ?? "", process.argv[4] ?? "");
  else if (mode === "hold") say("open");
}
