import type { Principal } from "#server/auth/principal";
import { clock, toSeconds } from "#server/clock";
import { config } from "#server/config";
import { insertBackgroundRun } from "#server/db/background-runs";
import { inTransaction } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { AppError } from "#server/errors";
import { newId } from "#server/ids";
import { enqueue, ensureQueue } from "#server/jobs/queue";
import { numberEvents, type ResponseEvent, type ResponseStreamEvent } from "#server/protocol/events";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import { runsInside } from "#server/providers/registry";
import { backgroundJob } from "#server/services/responses/background-job";
import { checkStream } from "#server/services/responses/check-stream";
import type { ResponseRun } from "#server/services/responses/create-response";
import { toEventRow } from "#server/services/responses/event-log";
import { followLog } from "#server/services/responses/follow-log";
import type { Idempotency } from "#server/services/responses/idempotency";
import type { Preparation, Prepared } from "#server/services/responses/prepare-response";
import { toResponseRecord } from "#server/services/responses/response-rows";
import { sealToolCredentials } from "#server/services/responses/tool-credentials";

/** Who asked, as it may be kept: a caller's own provider key is used once and never stored. */
export type StoredPrincipal = Exclude<Principal, { type: "passthrough" }> | Omit<PassthroughPrincipal, "providerKey">;
type PassthroughPrincipal = Extract<Principal, { type: "passthrough" }>;

function withoutKey(principal: Principal): StoredPrincipal {
  if (principal.type !== "passthrough") return principal;
  const { providerKey: _, ...kept } = principal;
  return kept;
}

/** A key that is used for one request and never stored cannot wait for a job. */
function refuseOwnKey({ ctx, input }: Preparation, { resolved }: Prepared): void {
  const own = input.providerApiKey != null || ctx.principal.type === "passthrough";
  if (!own || runsInside(resolved.providerKind)) return;
  throw new AppError(
    "unsupported_parameter",
    "'background' cannot be used with a provider key of your own: the key would have to be stored. Add the provider as a connection, or leave 'background' out.",
    { param: "background" },
  );
}

/** When an unstored response goes at the latest, should it never end. */
function latestExpiry(response: ResponseResource, createdAt: number): number | null {
  const { BACKGROUND_MAX_SECONDS, BACKGROUND_MAX_ATTEMPTS, BACKGROUND_UNSTORED_TTL_SECONDS } = config();
  if (response.store) return null;
  return createdAt + BACKGROUND_MAX_SECONDS * BACKGROUND_MAX_ATTEMPTS + BACKGROUND_UNSTORED_TTL_SECONDS;
}

function openingEvents(opening: ResponseResource): ResponseStreamEvent[] {
  const events: ResponseEvent[] = [
    { type: "response.created", response: opening },
    { type: "response.queued", response: opening },
  ];
  numberEvents(events, 0);
  return events as ResponseStreamEvent[];
}

export interface QueueInput {
  preparation: Preparation;
  prepared: Prepared;
  idempotency: Extract<Idempotency, { type: "run" }> | null;
}

/** The body with its prompt's version pinned: another may be the prompt's default when the job runs. */
function pinned({ input, request }: Preparation): unknown {
  const { body } = input;
  return request.prompt === null || typeof body !== "object" ? body : { ...body, prompt: request.prompt };
}

async function store({ preparation, prepared }: QueueInput, opening: ResponseResource, now: number): Promise<void> {
  const { ctx, input } = preparation;
  const { principal, trace } = ctx;
  const { context } = prepared;
  // It asks nothing yet: what its credentials are matters when it ends.
  const record = toResponseRecord({ principal, context, response: opening, createdAt: now, credentialLabels: [] });
  const { teamId, id: responseId } = record.response;
  const run = {
    request: JSON.stringify(sealToolCredentials(pinned(preparation), responseId)),
    principal: JSON.stringify(withoutKey(principal)),
    providerHeader: input.providerHeader ?? null,
    traceId: trace.traceId,
    createdAt: now,
  };
  // Before the transaction: the embedded database would have the one wait for the other.
  await ensureQueue(backgroundJob);
  await mapped(() =>
    inTransaction(async (tx) => {
      const jobId = await enqueue(backgroundJob, { teamId, responseId }, { tx });
      if (jobId === null) throw new Error("The job of a new response was taken for another's.");
      await insertBackgroundRun(tx, {
        record,
        run: { ...run, jobId },
        events: openingEvents(opening).map(toEventRow),
        expiresAt: latestExpiry(opening, now),
      });
    }),
  );
}

/**
 * Stores a prepared request as a queued response, together with the job that runs it. The events of the answer follow
 * that job, whichever node takes it; leaving them does not stop it.
 * @throws AppError unsupported_parameter (a provider key of the caller's own), database_unavailable
 */
export async function queueResponse(queued: QueueInput): Promise<ResponseRun> {
  const { preparation, prepared, idempotency } = queued;
  const { ctx, request } = preparation;
  const { resolved } = prepared;
  refuseOwnKey(preparation, prepared);
  const now = clock().now();
  const opening = openResponse({
    id: newId("response"),
    createdAt: toSeconds(now),
    model: resolved.servedModel,
    request: prepared.request,
    status: "queued",
  });
  await store(queued, opening, now);
  await idempotency?.keep(opening);
  ctx.trace.handOver();
  return {
    request,
    events: checkStream(
      followLog({ teamId: ctx.principal.teamId, responseId: opening.id, after: -1, signal: ctx.signal }),
      { followed: true },
    ),
    model: () => ({ provider: resolved.provider, name: resolved.servedModel }),
    attempts: () => 0,
    upstreamMs: () => 0,
    failure: () => null,
    queued: opening,
  };
}
