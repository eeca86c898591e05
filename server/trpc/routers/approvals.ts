import { z } from "zod";
import { AnswerApprovalsInput, answerApprovals } from "#server/services/approvals/answer-approvals";
import { countApprovals } from "#server/services/approvals/count-approvals";
import { getResponseApprovals } from "#server/services/approvals/get-response-approvals";
import { listApprovals } from "#server/services/approvals/list-approvals";
import { enterRun } from "#server/services/responses/capacity";
import { router, teamProcedure } from "#server/trpc/trpc";

const responseId = z.string().min(1).max(300);

/** Calls of tools that wait for a person. */
export const approvalsRouter = router({
  list: teamProcedure("responses.read")
    .input(z.object({ cursor: responseId.optional(), limit: z.number().int().min(1).max(50).default(20) }))
    .query(({ ctx, input }) => listApprovals({ ctx, input })),

  count: teamProcedure("responses.read").query(({ ctx }) => countApprovals({ ctx })),

  ofResponse: teamProcedure("responses.read")
    .input(z.object({ responseId }))
    .query(({ ctx, input }) => getResponseApprovals({ ctx, input })),

  /** The last answer that is missing goes on with the run. */
  answer: teamProcedure("responses.write")
    .input(AnswerApprovalsInput)
    .mutation(async ({ ctx, input }) => {
      const slot = enterRun();
      try {
        return await answerApprovals({ ctx, input });
      } finally {
        slot.leave();
      }
    }),
});
