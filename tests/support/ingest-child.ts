import { openDatabase } from "#server/db/client";
import { buildVectorsDefinition } from "#server/jobs/definitions/build-vectors";
import { ingestFileDefinition } from "#server/jobs/definitions/ingest-file";
import { queue, startQueue } from "#server/jobs/queue";
import { startWorkers } from "#server/jobs/worker";

// A process to be killed that does nothing but read files and make vectors: most of a server's start is the rest of it.
await openDatabase();
await startQueue();
await startWorkers([ingestFileDefinition, buildVectorsDefinition]);
// Dead workers' jobs are looked for now, and not at the next of the times at which they are.
process.on("SIGUSR2", () => void queue().boss.supervise());
process.stdout.write("working\n");
