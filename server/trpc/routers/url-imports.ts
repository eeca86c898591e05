import { z } from "zod";
import { cancelUrlImport } from "#server/services/url-imports/cancel-url-import";
import { deleteUrlImport } from "#server/services/url-imports/delete-url-import";
import { listImportPages } from "#server/services/url-imports/list-import-pages";
import { listUrlImports } from "#server/services/url-imports/list-url-imports";
import { retryUrlImport } from "#server/services/url-imports/retry-url-import";
import { startUrlImport } from "#server/services/url-imports/start-url-import";
import { router, teamProcedure } from "#server/trpc/trpc";

const StoreId = z.object({ vectorStoreId: z.string().min(1) });
const ImportId = z.object({ importId: z.string().min(1) });
const Address = z.string().trim().min(1).max(2048);

const StartInput = StoreId.extend({
  source: z.union([
    z.object({ urls: z.array(Address).min(1).max(50_000) }),
    z.object({ sitemapUrl: Address, otherHosts: z.boolean().default(false) }),
  ]),
});

const PagesInput = ImportId.extend({
  status: z.enum(["waiting", "added", "unchanged", "failed"]).nullish(),
  cursor: z.int().nullish(),
  limit: z.int().min(1).max(200).default(100),
});

const read = teamProcedure("vectorStores.read");
const write = teamProcedure("vectorStores.write");

/** Web pages that are brought into a store. */
export const urlImportsRouter = router({
  list: read.input(StoreId).query(({ ctx, input }) => listUrlImports({ ctx, input })),
  pages: read.input(PagesInput).query(async ({ ctx, input }) => {
    const { importId, status = null, cursor, limit } = input;
    const rows = await listImportPages({ ctx, input: { importId, status, after: cursor ?? -1, limit } });
    return { rows, nextCursor: rows.length === limit ? (rows.at(-1)?.ordinal ?? null) : null };
  }),
  start: write.input(StartInput).mutation(({ ctx, input }) => startUrlImport({ ctx, input })),
  retry: write.input(ImportId).mutation(({ ctx, input }) => retryUrlImport({ ctx, input })),
  cancel: write.input(ImportId).mutation(({ ctx, input }) => cancelUrlImport({ ctx, input })),
  delete: write.input(ImportId).mutation(({ ctx, input }) => deleteUrlImport({ ctx, input })),
});
