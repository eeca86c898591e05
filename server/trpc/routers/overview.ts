import { z } from "zod";
import { roleHolds } from "#server/auth/permissions";
import { getOverview } from "#server/services/usage/get-overview";
import { router, teamProcedure } from "#server/trpc/trpc";

/** The first page: what the team used, and what went wrong. */
export const overviewRouter = router({
  summary: teamProcedure("overview.read")
    .input(z.object({ days: z.number().int().min(1).max(90).default(30) }).default({ days: 30 }))
    .query(({ ctx, input }) => {
      const includeTraces = roleHolds(ctx.principal.role, "traces.read");
      return getOverview({ ctx, input: { ...input, includeTraces } });
    }),
});
