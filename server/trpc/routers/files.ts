import { z } from "zod";
import { deleteFile } from "#server/services/files/delete-file";
import { getFile } from "#server/services/files/get-file";
import { listFiles } from "#server/services/files/list-files";
import { router, teamProcedure } from "#server/trpc/trpc";

const FileId = z.object({ fileId: z.string().min(1) });

const ListInput = z.object({
  cursor: z.string().nullish(),
  limit: z.int().min(1).max(200).default(50),
  purpose: z.string().nullish(),
});

/** Uploaded files. Uploading itself is `POST /api/files`: a body is streamed there. */
export const filesRouter = router({
  list: teamProcedure("files.read")
    .input(ListInput)
    .query(async ({ ctx, input }) => {
      const query = { limit: input.limit, order: "desc" as const, after: input.cursor ?? null, before: null };
      const page = await listFiles({ ctx, input: { query, purpose: input.purpose ?? null } });
      return { rows: page.rows, nextCursor: page.hasMore ? (page.rows.at(-1)?.id ?? null) : null };
    }),

  get: teamProcedure("files.read")
    .input(FileId)
    .query(({ ctx, input }) => getFile({ ctx, input })),

  delete: teamProcedure("files.write")
    .input(FileId)
    .mutation(({ ctx, input }) => deleteFile({ ctx, input })),
});
