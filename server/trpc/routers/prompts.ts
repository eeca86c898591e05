import { z } from "zod";
import { parseCreatePrompt, parseCreatePromptVersion } from "#server/protocol/prompt-templates";
import { createPrompt } from "#server/services/prompts/create-prompt";
import { createPromptVersion } from "#server/services/prompts/create-prompt-version";
import { deletePrompt } from "#server/services/prompts/delete-prompt";
import { getPrompt } from "#server/services/prompts/get-prompt";
import { getPromptVersion } from "#server/services/prompts/get-prompt-version";
import { listPromptVersions } from "#server/services/prompts/list-prompt-versions";
import { listPrompts } from "#server/services/prompts/list-prompts";
import { updatePrompt } from "#server/services/prompts/update-prompt";
import { router, teamProcedure } from "#server/trpc/trpc";

const PromptId = z.object({ promptId: z.string().min(1) });
const Version = z.string().min(1).max(20);
const Cursor = { cursor: z.string().nullish(), limit: z.int().min(1).max(100).default(50) };
/** A template in the shapes of `/v1`, checked where it is parsed. */
const Template = z.record(z.string(), z.unknown());

const read = teamProcedure("prompts.read");
const write = teamProcedure("prompts.write");

function listQuery(input: { cursor?: string | null | undefined; limit: number }) {
  return { limit: input.limit, order: "desc" as const, after: input.cursor ?? null, before: null };
}

/** Prompts: templates of requests and their versions. */
export const promptsRouter = router({
  list: read.input(z.object(Cursor)).query(async ({ ctx, input }) => {
    const page = await listPrompts({ ctx, input: { query: listQuery(input) } });
    return { rows: page.rows, nextCursor: page.hasMore ? (page.rows.at(-1)?.id ?? null) : null };
  }),

  get: read.input(PromptId).query(({ ctx, input }) => getPrompt({ ctx, input })),

  versions: read.input(PromptId.extend(Cursor)).query(async ({ ctx, input }) => {
    const page = await listPromptVersions({ ctx, input: { promptId: input.promptId, query: listQuery(input) } });
    return { rows: page.rows, nextCursor: page.hasMore ? (page.rows.at(-1)?.version ?? null) : null };
  }),

  version: read
    .input(PromptId.extend({ version: Version }))
    .query(({ ctx, input }) => getPromptVersion({ ctx, input })),

  create: write
    .input(z.object({ name: z.string().trim().min(1, "Name the prompt.").max(256), template: Template }))
    .mutation(({ ctx, input }) =>
      createPrompt({ ctx, input: parseCreatePrompt({ ...input.template, name: input.name }) }),
    ),

  createVersion: write
    .input(PromptId.extend({ template: Template, makeDefault: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => {
      const { promptId, template, makeDefault } = input;
      const parsed = parseCreatePromptVersion({ ...template, make_default: makeDefault });
      return createPromptVersion({ ctx, input: { promptId, ...parsed } });
    }),

  update: write
    .input(PromptId.extend({ name: z.string().trim().min(1).max(256).optional() }))
    .mutation(({ ctx, input }) => updatePrompt({ ctx, input })),

  setDefaultVersion: write
    .input(PromptId.extend({ version: Version }))
    .mutation(({ ctx, input }) =>
      updatePrompt({ ctx, input: { promptId: input.promptId, defaultVersion: input.version } }),
    ),

  delete: write.input(PromptId).mutation(({ ctx, input }) => deletePrompt({ ctx, input })),
});
