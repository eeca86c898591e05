import { z } from "zod";
import { deleteConversation } from "#server/services/conversations/delete-conversation";
import { getConversation } from "#server/services/conversations/get-conversation";
import { listConversations } from "#server/services/conversations/list-conversations";
import { listItems } from "#server/services/conversations/list-items";
import { router, teamProcedure } from "#server/trpc/trpc";

const Paged = { cursor: z.string().min(1).max(300).optional(), limit: z.number().int().min(1).max(100).default(50) };
const OneConversation = z.object({ conversationId: z.string().min(1).max(300) });

/** Conversations and what was said in them. */
export const conversationsRouter = router({
  list: teamProcedure("responses.read")
    .input(z.object(Paged))
    .query(({ ctx, input }) => listConversations({ ctx, input })),

  get: teamProcedure("responses.read")
    .input(OneConversation)
    .query(({ ctx, input }) => getConversation({ ctx, input })),

  /** In the order in which they were said. */
  items: teamProcedure("responses.read")
    .input(OneConversation.extend(Paged))
    .query(async ({ ctx, input: { conversationId, cursor, limit } }) => {
      const query = { limit, order: "asc" as const, after: cursor ?? null, before: null };
      const page = await listItems({ ctx, input: { conversationId, query } });
      return { rows: page.data, nextCursor: page.has_more ? page.last_id : null };
    }),

  delete: teamProcedure("responses.write")
    .input(OneConversation)
    .mutation(({ ctx, input }) => deleteConversation({ ctx, input })),
});
