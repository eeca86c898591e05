import { backgroundSweepJob } from "#server/jobs/definitions/background-sweep";
import { buildVectorsDefinition } from "#server/jobs/definitions/build-vectors";
import { deliverWebhookDefinition } from "#server/jobs/definitions/deliver-webhook";
import { documentsSweepJob } from "#server/jobs/definitions/documents-sweep";
import { embeddedVacuumJob } from "#server/jobs/definitions/embedded-vacuum";
import { idempotencySweepJob } from "#server/jobs/definitions/idempotency-sweep";
import { importUrlsDefinition } from "#server/jobs/definitions/import-urls";
import { indexVectorsJob } from "#server/jobs/definitions/index-vectors";
import { ingestFileDefinition } from "#server/jobs/definitions/ingest-file";
import { lostRunsSweepJob } from "#server/jobs/definitions/lost-runs-sweep";
import { retentionSweepJob } from "#server/jobs/definitions/retention-sweep";
import { runResponseJob } from "#server/jobs/definitions/run-response";
import { runRetrievalTestDefinition } from "#server/jobs/definitions/run-retrieval-test";
import { signInsSweepJob } from "#server/jobs/definitions/sign-ins-sweep";
import { tracePartitionsJob } from "#server/jobs/definitions/trace-partitions";
import { webhooksSweepJob } from "#server/jobs/definitions/webhooks-sweep";
import type { JobDefinition } from "#server/jobs/queue";

/** Every job that this server runs. */
export const jobDefinitions: Readonly<Record<string, JobDefinition>> = {
  "background-sweep": backgroundSweepJob,
  "build-vectors": buildVectorsDefinition,
  "deliver-webhook": deliverWebhookDefinition,
  "documents-sweep": documentsSweepJob,
  "embedded-vacuum": embeddedVacuumJob,
  "idempotency-sweep": idempotencySweepJob,
  "import-urls": importUrlsDefinition,
  "index-vectors": indexVectorsJob,
  "ingest-file": ingestFileDefinition,
  "lost-runs-sweep": lostRunsSweepJob,
  "retention-sweep": retentionSweepJob,
  "run-response": runResponseJob,
  "run-retrieval-test": runRetrievalTestDefinition,
  "sign-ins-sweep": signInsSweepJob,
  "trace-partitions": tracePartitionsJob,
  "webhooks-sweep": webhooksSweepJob,
};
