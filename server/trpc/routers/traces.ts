import { z } from "zod";
import { getTrace } from "#server/services/traces/get-trace";
import { getTraceOtel } from "#server/services/traces/get-trace-otel";
import { getTracePayload } from "#server/services/traces/get-trace-payload";
import { listLiveTraces } from "#server/services/traces/list-live-traces";
import { listTraceFacets } from "#server/services/traces/list-trace-facets";
import { listTraces } from "#server/services/traces/list-traces";
import { moment } from "#server/trpc/moment";
import { router, teamProcedure } from "#server/trpc/trpc";

const text = z.string().min(1).max(300).optional();

const ListInput = z.object({
  cursor: text,
  limit: z.number().int().min(1).max(200).default(50),
  status: z.enum(["running", "ok", "error", "cancelled", "lost"]).optional(),
  model: text,
  provider: text,
  apiKeyId: text,
  tool: text,
  vectorStoreId: text,
  responseId: text,
  from: moment,
  to: moment,
  search: text,
  minDurationMs: z.number().nonnegative().optional(),
  minCostUsd: z.number().nonnegative().optional(),
});

/** What ran: the list, one trace, its content on demand. */
export const tracesRouter = router({
  list: teamProcedure("traces.read")
    .input(ListInput)
    .query(({ ctx, input }) => listTraces({ ctx, input })),

  live: teamProcedure("traces.read")
    .input(z.object({ after: z.string(), running: z.array(z.string()).max(200).default([]) }))
    .query(({ ctx, input }) => listLiveTraces({ ctx, input })),

  facets: teamProcedure("traces.read")
    .input(z.object({ from: moment, to: moment }).default({}))
    .query(({ ctx, input }) => listTraceFacets({ ctx, input })),

  get: teamProcedure("traces.read")
    .input(z.object({ traceId: z.string() }))
    .query(({ ctx, input }) => getTrace({ ctx, input })),

  payload: teamProcedure("traces.read")
    .input(z.object({ traceId: z.string(), spanId: z.string().optional(), whole: z.boolean().optional() }))
    .query(({ ctx, input }) => getTracePayload({ ctx, input })),

  otel: teamProcedure("traces.read")
    .input(z.object({ traceId: z.string() }))
    .query(({ ctx, input }) => getTraceOtel({ ctx, input })),
});
