import { z } from "zod";
import { showEvent } from "#server/protocol/dialect";
import type { ResponseStreamEvent } from "#server/protocol/events";
import { INCLUDES } from "#server/protocol/request";
import type { ServiceContext } from "#server/services/context";
import { deleteResponse } from "#server/services/responses/delete-response";
import { getResponseInput } from "#server/services/responses/get-response-input";
import { getResponsePage } from "#server/services/responses/get-response-page";
import { listInputItems } from "#server/services/responses/list-input-items";
import { listResponses } from "#server/services/responses/list-responses";
import { listRunningResponses } from "#server/services/responses/list-running-responses";
import { stopRun } from "#server/services/responses/stop-run";
import { type WatchInput, watchRun } from "#server/services/responses/watch-run";
import { moment } from "#server/trpc/moment";
import { router, teamProcedure } from "#server/trpc/trpc";

const text = z.string().min(1).max(300).optional();

const ListInput = z.object({
  cursor: text,
  limit: z.number().int().min(1).max(100).default(50),
  status: z.enum(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]).optional(),
  model: text,
  apiKeyId: text,
  userId: text,
  previousResponseId: text,
  from: moment,
  to: moment,
});

const OneResponse = z.object({ responseId: z.string().min(1).max(300) });

/** The events of one response in OpenAI's names, one array per read, with everything that can be shown. */
async function* watch(ctx: ServiceContext, input: WatchInput): AsyncGenerator<ResponseStreamEvent[], void, undefined> {
  for await (const batch of await watchRun({ ctx, input })) yield batch.map((event) => showEvent(event, INCLUDES));
}

/** Stored and running responses. */
export const responsesRouter = router({
  list: teamProcedure("responses.read")
    .input(ListInput)
    .query(({ ctx, input }) => listResponses({ ctx, input })),

  running: teamProcedure("responses.read").query(({ ctx }) => listRunningResponses({ ctx })),

  get: teamProcedure("responses.read")
    .input(OneResponse)
    .query(({ ctx, input }) => getResponsePage({ ctx, input })),

  /** What a response was asked, also of one that runs in the foreground and is stored only when it ends. */
  input: teamProcedure("responses.read")
    .input(OneResponse)
    .query(({ ctx, input }) => getResponseInput({ ctx, input })),

  /** What a response was made from, history and input, newest first. */
  inputItems: teamProcedure("responses.read")
    .input(OneResponse.extend({ cursor: text, limit: z.number().int().min(1).max(100).default(50) }))
    .query(({ ctx, input: { responseId, cursor, limit } }) =>
      listInputItems({
        ctx,
        input: { responseId, query: { limit, order: "desc", after: cursor ?? null, before: null } },
      }),
    ),

  /** Live while it runs, on whichever node. */
  watch: teamProcedure("responses.read")
    .input(OneResponse.extend({ startingAfter: z.number().int().min(0).optional() }))
    .query(({ ctx, input }) => watch(ctx, input)),

  stop: teamProcedure("responses.write")
    .input(OneResponse)
    .mutation(({ ctx, input }) => stopRun({ ctx, input })),

  delete: teamProcedure("responses.write")
    .input(OneResponse)
    .mutation(({ ctx, input }) => deleteResponse({ ctx, input })),
});
